import { bytesOf, hexOf } from "../bytes.js";
import { EmulatorBench } from "./bench.js";

const OLD = { id: 3, major: 0, minor: 11, internal: 0 };

test("the example session of the protocol reference is answered byte for byte", async () => {
  const bench = await EmulatorBench.open();
  const session: [string, string][] = [
    ["3F", "FF 25 03"],
    ["2E", "FF 2F 03 00 01 00 01 02"],
    ["66 03 00", "FF 65 03 30 05 00"],
    ["8F 00 00 80 F8 A9 32 00 00", "FF"],
    ["72", "FF 8A 71 24"],
    ["05 80 02", "FF"],
    ["5E 01", "FF"],
    ["21 04", "FF"],
    ["08 04 01 00", "FF"],
    ["01", "FF 02 80 02 50 9B 39 09 02 01 12 1C"],
    ["07", "FF"],
    ["72", "FF 8A 71 36"],
    ["20", "FF"],
  ];
  for (const [command, answer] of session) expect([command, await bench.ask(command)]).toEqual([command, answer]);
});

test("a 3R says so and describes itself with seven setup bytes", async () => {
  const bench = await EmulatorBench.open({ model: "shimmer3r" });
  expect(await bench.ask("3F")).toBe("FF 25 0A");
  expect(await bench.ask("2E")).toBe("FF 2F 03 00 01 00 01 09");
  await bench.set("5E 01", "21 04", "08 C4 01 00");
  expect(await bench.ask("01")).toMatch(/^FF 02 80 02( ..){7} 08 01 0A 0B 0C 00 01 02 12 1C$/);
});

test("commands cut into single bytes and commands run together are answered alike", async () => {
  const bench = await EmulatorBench.open();
  const commands = "05 40 00 8E 02 00 00 03 79 05 53 5F 50 50 47 7B";
  const answers = "FF FF 8D 02 40 00 FF 04 40 00 FF FF 7A 05 53 5F 50 50 47";
  expect(await bench.ask(commands)).toBe(answers);
  let pieces = "";
  for (const byte of bytesOf(commands)) pieces += ` ${await bench.ask(hexOf([byte]))}`;
  expect(pieces.split(/\s+/).filter(Boolean).join(" ")).toBe(answers);
});

test("an unknown opcode gets no answer and the next command does", async () => {
  const bench = await EmulatorBench.open();
  expect(await bench.ask("F7")).toBe("");
  expect(await bench.ask("B5")).toBe("");
  expect(await bench.ask("96")).toBe("FF");
});

test("a command whose arguments do not come swallows what follows, until the host leaves", async () => {
  const bench = await EmulatorBench.open();
  expect(await bench.ask("8F 00")).toBe("");
  expect(await bench.ask("03")).toBe("");
  await bench.disconnect();
  await bench.connect();
  expect(await bench.ask("03")).toBe("FF 04 80 02");
});

test.each([
  ["rate", "05 00 01", "03", "FF 04 00 01"],
  ["GSR range", "21 02", "23", "FF 22 02"],
  ["GSR range above automatic becomes automatic", "21 09", "23", "FF 22 04"],
  ["WR accel range", "09 02", "0B", "FF 0A 02"],
  ["gyro range beyond two bits (3R)", "49 05", "4B", "FF 4A 05"],
  ["expansion power", "5E 01", "60", "FF 5F 01"],
  ["setup bytes", "0E 01 02 03 04", "10", "FF 0F 01 02 03 04"],
  ["ExG registers", "61 01 02 02 10 00", "63 01 02 02", "FF 62 02 10 00"],
  ["name", "79 05 53 5F 50 50 47", "7B", "FF 7A 05 53 5F 50 50 47"],
  ["experiment", "7C 06 61 5F 74 65 73 74", "7E", "FF 7D 06 61 5F 74 65 73 74"],
  ["configuration time", "85 02 34 32", "87", "FF 86 02 34 32"],
  ["InfoMem", "8C 02 80 00 12 34", "8E 02 80 00", "FF 8D 02 12 34"],
])("%s: what was set is read back", async (_name, set, get, answer) => {
  const bench = await EmulatorBench.open();
  await bench.set(set);
  expect(await bench.ask(get)).toBe(answer);
});

test("settings that share a byte do not disturb each other", async () => {
  const bench = await EmulatorBench.open();
  await bench.set("0E 00 00 00 00", "21 04", "5E 01", "4F 03", "52 01");
  expect(await bench.ask("10")).toBe("FF 0F 00 00 00 D9");
  await bench.set("21 00");
  expect(await bench.ask("10")).toBe("FF 0F 00 00 00 D1");
});

test("a calibration that was set is the one that is read, alone and with all others", async () => {
  const bench = await EmulatorBench.open();
  const block = "07 FF 07 FF 07 FF 00 53 00 53 00 53 00 9C 00 9C 00 00 00 00 9C";
  await bench.set(`11 ${block}`);
  expect(await bench.ask("13")).toBe(`FF 12 ${block}`);
  const all = bytesOf(await bench.ask("2C"));
  expect(hexOf(all.subarray(0, 23))).toBe(`FF 2D ${block}`);
  expect(all.length).toBe(2 + 84);
  expect(all.subarray(23).every((byte) => byte === 0xff)).toBe(true);
});

test("the address stands in the InfoMem, for older firmware at its own offset too", async () => {
  const bench = await EmulatorBench.open({ macSuffix: "3A5F" });
  expect(await bench.ask("8E 06 E0 00")).toBe("FF 8D 06 02 50 4C 59 3A 5F");
  expect(await bench.ask("8E 06 E0 18")).toBe("FF 8D 06 02 50 4C 59 3A 5F");
  expect(bench.emulator.mac).toBe("02504c593a5f");
});

test("checksums begin with the confirmation that turns them on and end with the host", async () => {
  const bench = await EmulatorBench.open();
  await bench.set("05 80 02");
  expect(await bench.ask("8B 02")).toBe("FF F4 65");
  expect(await bench.ask("03")).toBe("FF 04 80 02 5E BC");
  expect(await bench.ask("8B 01")).toBe("FF F4");
  expect(await bench.ask("8B 00")).toBe("FF");
  await bench.ask("8B 02");
  await bench.disconnect();
  await bench.connect();
  expect(await bench.ask("96")).toBe("FF");
});

test("the clock runs from where it was set", async () => {
  const bench = await EmulatorBench.open();
  await bench.set("8F 00 00 05 00 00 00 00 00");
  await bench.time.pass(1_000);
  expect(await bench.ask("91")).toBe("FF 90 00 80 05 00 00 00 00 00");
});

test("firmware 1.x refuses settings while it streams; older firmware takes them", async () => {
  const current = await EmulatorBench.open();
  await current.stream(256);
  expect(await current.ask("05 40 00")).toBe("FE");
  const old = await EmulatorBench.open({ firmware: OLD });
  await old.stream(256);
  expect(await old.ask("05 40 00")).toBe("FF");
});

test("firmware 0.11.0 does not confirm a stop and goes on sending for a while", async () => {
  const bench = await EmulatorBench.open({ firmware: OLD });
  await bench.stream(256);
  await bench.time.pass(500);
  bench.take();
  expect(await bench.ask("20")).toBe("");
  await bench.time.pass(150);
  expect(bench.take().length).toBeGreaterThan(8);
  await bench.time.pass(150);
  bench.take();
  await bench.time.pass(1_000);
  expect(bench.take()).toEqual([]);
});

test.each(["07", "20"])("%s without effect is confirmed all the same", async (command) => {
  const bench = await EmulatorBench.open();
  await bench.set("08 00 00 00", command);
  await bench.time.pass(1_000);
  expect(bench.truth).toEqual([]);
});

test("settings outlive a disconnect; the stream does not", async () => {
  const bench = await EmulatorBench.open();
  await bench.stream(256);
  await bench.disconnect();
  await bench.connect();
  await bench.time.pass(1_000);
  expect(bench.take()).toEqual([]);
  expect(await bench.ask("03")).toBe("FF 04 00 01");
});
