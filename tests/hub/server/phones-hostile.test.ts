import { once } from "node:events";
import { PHONE_NAMESPACE, type PhoneRefusal } from "@polychron/protocol";
import type { Socket } from "socket.io-client";
import WebSocket from "ws";
import { blockBytes, HELLO, next, PhoneBench, refused, say, type JoinedPhone } from "./phone-bench.js";
import { random } from "./random.js";

let at: PhoneBench;
beforeAll(async () => {
  at = await PhoneBench.open();
});
afterAll(() => at.close());
afterEach(() => expect(at.world.faults).toEqual([]));

const STREAM = HELLO.streams[0]!;
const CHANNEL = STREAM.channels[0]!;
const DEEP = "[".repeat(50_000) + "]".repeat(50_000);

describe("a hello that is no hello is refused", () => {
  let socket: Socket;
  beforeAll(async () => {
    socket = await at.connect(await at.token());
  });

  test.each<[string, unknown[]]>([
    ["nothing", []],
    ["null", [null]],
    ["a text", ["hello"]],
    ["a number", [1]],
    ["a list", [[HELLO]]],
    ["bytes", [Buffer.from("hello")]],
    ["two hellos", [HELLO, HELLO]],
    ["no clock", [{ ...HELLO, clock: undefined }]],
    ["a field too many", [{ ...HELLO, device: "phone_1" }]],
    ["a poisoned prototype", [JSON.parse(`{"__proto__":{"a":1}}`)]],
    ["a clock without resolution", [{ ...HELLO, clock: { id: "a", quant_s: 0 } }]],
    ["a boot with a separator", [{ ...HELLO, boot_id: "../boot" }]],
    ["a model of a megabyte's start", [{ ...HELLO, model: "x".repeat(100_000) }]],
    ["a stream with a separator", [{ ...HELLO, streams: [{ ...STREAM, stream: "../imu" }] }]],
    ["a stream with dots", [{ ...HELLO, streams: [{ ...STREAM, stream: ".." }] }]],
    ["a channel that is no word", [{ ...HELLO, streams: [{ ...STREAM, channels: [{ ...CHANNEL, name: "a,b" }] }] }]],
    ["a stream without channels", [{ ...HELLO, streams: [{ ...STREAM, channels: [] }] }]],
    ["65 channels", [{ ...HELLO, streams: [{ ...STREAM, channels: Array(65).fill(CHANNEL) }] }]],
    ["two channels of one name", [{ ...HELLO, streams: [{ ...STREAM, channels: [CHANNEL, CHANNEL] }] }]],
    ["two streams of one name", [{ ...HELLO, streams: [STREAM, STREAM] }]],
    ["the hub's own stream", [{ ...HELLO, streams: [{ ...STREAM, stream: "status" }] }]],
    ["17 streams", [{ ...HELLO, streams: Array.from({ length: 17 }, (_, n) => ({ ...STREAM, stream: `s${n}` })) }]],
    ["a rate below zero", [{ ...HELLO, streams: [{ ...STREAM, nominal_rate_hz: -1 }] }]],
  ])("%s", async (_name, values) => {
    expect(await say(socket, "hello", ...values)).toMatchObject({
      ok: false,
      of: "hello",
      error: { code: "REQUEST_INVALID", remedy: expect.stringMatching(/.+/) },
    });
  });

  test.each(["2.0", "0.9", "", "1", "one.zero", "1.0.0", "x".repeat(500)])("version %p", async (protocol) => {
    expect(await say(socket, "hello", { ...HELLO, protocol, of_another_time: true })).toMatchObject({
      ok: false,
      error: { code: "PHONE_PROTOCOL_UNSUPPORTED", params: { phone: protocol.slice(0, 60), hub: "1.0" } },
    });
  });

  test("without an acknowledgement", async () => {
    const told = refused(socket);
    socket.emit("hello", HELLO);
    expect(await told).toMatchObject({ of: "hello", error: { code: "REQUEST_INVALID" } });
  });

  test("and a good one is taken afterwards", async () => {
    expect(await say(socket, "hello", HELLO)).toMatchObject({ ok: true });
  });
});

test("nothing is heard before a hello", async () => {
  const socket = await at.connect(await at.token());
  for (const name of ["status", "event"])
    expect(await say(socket, name, {})).toMatchObject({ of: name, error: { code: "PHONE_HELLO_FIRST" } });
  const told = refused(socket);
  socket.emit("block", blockBytes(0));
  expect(await told).toMatchObject({ of: "block", error: { code: "PHONE_HELLO_FIRST" } });
});

describe("a phone that was welcomed", () => {
  let phone: JoinedPhone;
  beforeAll(async () => {
    phone = await at.join();
  });

  test.each<[string, string, unknown[]]>([
    ["a status of nothing", "status", []],
    ["a status of null", "status", [null]],
    ["a status without time", "status", [{ battery_percent: 1 }]],
    ["a status with a battery of 101 %", "status", [{ device_time_s: 1, battery_percent: 101 }]],
    ["a status whose time is a text", "status", [{ device_time_s: "1" }]],
    ["a status with NaN, which becomes null on its way", "status", [{ device_time_s: Number.NaN }]],
    ["a status with a field too many", "status", [{ device_time_s: 1, imei: "1" }]],
    ["a status with half a byte of storage", "status", [{ device_time_s: 1, storage_free_bytes: 0.5 }]],
    ["a status twice", "status", [{ device_time_s: 1 }, { device_time_s: 1 }]],
    ["an event without a label", "event", [{ kind: "marker", label: "", device_time_s: 1 }]],
    ["an event of a kind of its own", "event", [{ kind: "command", label: "x", device_time_s: 1 }]],
    ["an event with a code that is none", "event", [{ kind: "error", label: "x", code: "a b", device_time_s: 1 }]],
    ["an event as bytes", "event", [Buffer.from("tap")]],
    ["a block with an acknowledgement", "block", [blockBytes(0)]],
    ["a word of the page", "command", [{}]],
    ["a word of the hub", "start", [{}]],
    ["an error of its own", "error", [{ ok: false }]],
    ["constructor", "constructor", [{}]],
    ["__proto__", "__proto__", [{}]],
    ["a name without letters", "", [{}]],
    ["a name without end", "x".repeat(100_000), [{}]],
  ])("is refused %s", async (_name, message, values) => {
    const answer = (await say(phone.socket, message, ...values)) as PhoneRefusal;
    expect(answer).toMatchObject({ ok: false, error: { code: "REQUEST_INVALID" } });
    expect(message.startsWith(answer.of)).toBe(true);
    expect(answer.of.length).toBeLessThanOrEqual(60);
  });

  test.each<[string, unknown]>([
    ["a text", "block"],
    ["null", null],
    ["a list of numbers", [1, 0, 0, 2]],
    ["an object around bytes", { block: Buffer.from("x") }],
    ["no bytes at all", Buffer.alloc(0)],
    ["half a head", blockBytes(0).slice(0, 9)],
    ["another layout", blockBytes(0).map((byte, index) => (index === 0 ? 9 : byte))],
    ["unknown flags", blockBytes(0).map((byte, index) => (index === 2 ? 8 : byte))],
    ["a byte too few", blockBytes(0).slice(0, -1)],
    ["a byte too many", Buffer.concat([blockBytes(0), Buffer.alloc(1)])],
    ["more samples than bytes", blockBytes(0).map((byte, index) => (index === 7 ? 255 : byte))],
    ["no sample", blockBytes(0, 0)],
    ["a number behind all numbers", blockBytes(0).map((byte, index) => (index >= 8 && index < 16 ? 255 : byte))],
    ["NaN", blockBytes(0, 2, { channels: [Float64Array.of(0, Number.NaN), Float64Array.of(0, 0)] })],
    ["time without end", blockBytes(0, 2, { deviceTimeS: Float64Array.of(0, Number.POSITIVE_INFINITY) })],
  ])("is refused a block of %s", async (_name, bytes) => {
    const told = refused(phone.socket);
    phone.socket.emit("block", bytes);
    expect(await told).toMatchObject({ ok: false, of: "block", error: { code: "PHONE_BLOCK_INVALID" } });
  });

  test("is told which block was refused", async () => {
    const told = refused(phone.socket);
    phone.socket.emit("block", blockBytes(77, 2, { deviceTimeS: Float64Array.of(2, Number.NaN) }));
    expect((await told).error.params).toMatchObject({ stream: "imu", seq: 77 });
  });

  test("and so is whoever records it, with its place where its head tells it", async () => {
    const before = phone.heard.refusedBlocks.length;
    phone.socket.emit("block", blockBytes(77, 3, { deviceTimeS: Float64Array.of(2, 3, Number.NaN) }));
    phone.socket.emit("block", Buffer.alloc(5));
    await phone.heard.until(({ refusedBlocks }) => refusedBlocks.length === before + 2);
    const error = { code: "PHONE_BLOCK_INVALID" };
    expect(phone.heard.refusedBlocks.slice(before)).toEqual([
      {
        error: expect.objectContaining(error) as object,
        place: { fileType: "imu", fromSeq: 77, toSeq: 80, skips: false },
      },
      { error: expect.objectContaining(error) as object },
    ]);
  });

  test("has said nothing by all that, and is still heard", async () => {
    expect(phone.heard).toMatchObject({ seqs: [], statuses: [], events: [] });
    phone.socket.emit("block", blockBytes(0));
    await phone.heard.until(({ seqs }) => seqs.length === 4);
  });
});

test("a block cut at every byte is refused every time, and the whole one is taken", async () => {
  const { socket, heard } = await at.join();
  const whole = blockBytes(0);
  const codes: string[] = [];
  socket.on("error", (refusal: PhoneRefusal) => codes.push(refusal.error.code));
  for (let length = 0; length < whole.length; length++) socket.emit("block", whole.slice(0, length));
  socket.emit("block", whole);
  await heard.until(({ seqs }) => seqs.length === 4);
  expect(await say(socket, "status", { device_time_s: 0 })).toEqual({ ok: true }); // what was refused has been told by now
  expect(codes).toEqual(Array(whole.length).fill("PHONE_BLOCK_INVALID"));
});

test("more messages than are taken are refused with the limit, and those taken are all heard", async () => {
  const { socket, heard } = await at.join();
  const codes: string[] = [];
  socket.on("error", ({ error }: PhoneRefusal) => codes.push(error.code));
  for (let n = 0; n < 400; n++) socket.emit("block", blockBytes(n, 1));
  let last: { ok: boolean };
  do last = (await say(socket, "status", { device_time_s: 0 })) as { ok: boolean };
  while (!last.ok);
  expect(new Set(codes)).toEqual(new Set(["PHONE_RATE_LIMITED"]));
  expect(codes.length).toBeGreaterThan(100);
  expect(heard.refusedBlocks.map(({ error }) => error.code)).toEqual(codes);
  expect(heard.seqs.length).toBe(400 - codes.length);
});

test("five thousand generated messages are each answered with a type", async () => {
  const generate = random(20251121);
  const phones = await Promise.all(Array.from({ length: 50 }, () => at.join()));
  const codes = new Map<string, number>();
  const answers = await Promise.all(
    Array.from({ length: 5_000 }, (_, number) => {
      const name = generate.pick(["hello", "status", "event", "block", generate.text()]);
      return say(phones[number % phones.length]!.socket, name, generate.value(4));
    }),
  );
  for (const answer of answers as { ok: boolean; error?: { code: string; remedy: string } }[]) {
    expect(answer.ok === true || answer.error!.remedy.length > 0).toBe(true);
    codes.set(answer.error?.code ?? "ok", (codes.get(answer.error?.code ?? "ok") ?? 0) + 1);
  }
  expect([...codes.keys()].sort()).toEqual(["REQUEST_INVALID"]);
});

/** A phone below the level of its library, already let in. */
async function bare(): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${at.doors.port}/socket.io/?EIO=4&transport=websocket`);
  await once(socket, "message");
  socket.send(`40${PHONE_NAMESPACE},${JSON.stringify({ token: await at.token() })}`);
  await once(socket, "message");
  return socket;
}

test("a hello of fifty thousand lists in one another is refused, and the connection stays", async () => {
  const socket = await bare();
  for (const hello of [DEEP, `{"protocol":"1.0","streams":${DEEP}}`, `{"protocol":${DEEP}}`]) {
    const answer = once(socket, "message");
    socket.send(`42/phone,7["hello",${hello}]`);
    expect(String((await answer)[0])).toMatch(/^43\/phone,7\[.*REQUEST_INVALID/);
  }
  socket.terminate();
});

describe("what is no message at all closes the connection, is counted, and disturbs nobody else", () => {
  test.each<[string, (socket: WebSocket) => void, string]>([
    [
      "a message that is too long",
      (socket) => socket.send(`42/phone,["status","${"x".repeat(300_000)}"]`),
      "message_too_long",
    ],
    ["a block that is too long", (socket) => socket.send(Buffer.alloc(300_000)), "message_too_long"],
    ["no packet of Socket.IO", (socket) => socket.send("4xyz"), "not_a_packet"],
    ["half a document", (socket) => socket.send('42/phone,["status",{'), "not_a_packet"],
    ["bytes that no message announced", (socket) => socket.send(Buffer.alloc(100)), "not_a_packet"],
    [
      "a thousand attachments",
      (socket) => socket.send('451000-/phone,["block",{"_placeholder":true,"num":0}]'),
      "not_a_packet",
    ],
    [
      "bytes within fifty thousand lists",
      (socket) => {
        socket.send(`451-/phone,["block",${DEEP.replace("[]", '[{"_placeholder":true,"num":0}]')}]`);
        socket.send(Buffer.alloc(8));
      },
      "not_a_packet",
    ],
    ["no packet of Engine.IO", (socket) => socket.send("9"), "not_a_packet"],
  ])("%s", async (_name, send, reason) => {
    const other = await at.join();
    const socket = await bare();
    const before = at.doors.doors.counters.closed_for;
    const closed = once(socket, "close");
    send(socket);
    await closed;
    expect(await say(other.socket, "status", { device_time_s: 0 })).toEqual({ ok: true });
    const after = at.doors.doors.counters.closed_for;
    const counts = (counters: object): number => (counters as Record<string, number>)[reason] ?? 0;
    expect(counts(after) - counts(before)).toBe(1);
    expect(at.world.ends).toContainEqual(expect.objectContaining({ reason, address: "127.0.0.1" }));
  });
});

describe("on the clock's namespace", () => {
  test.each<[string, string, unknown[]]>([
    ["another word", "hello", [HELLO]],
    ["no value", "probe_reply", []],
    ["a reply without times", "probe_reply", [{ id: 0 }]],
    ["a reply with a text as time", "probe_reply", [{ id: 0, t2_s: "0", t3_s: 0, clock_id: "a", pad: "" }]],
    [
      "a reply with a pad without end",
      "probe_reply",
      [{ id: 0, t2_s: 0, t3_s: 0, clock_id: "a", pad: "x".repeat(1_000) }],
    ],
  ])("%s is refused, and the connection stays", async (_name, name, values) => {
    const socket = await at.clock(await at.token());
    const told = refused(socket);
    socket.emit(name, ...values);
    expect(await told).toMatchObject({ ok: false, of: name, error: { code: "REQUEST_INVALID" } });
    expect(socket.connected).toBe(true);
  });

  test("polling is refused", async () => {
    await expect(at.connect(await at.token(), "/clock", "polling")).rejects.toMatchObject({
      data: { code: "REQUEST_INVALID" },
    });
  });

  test("the newest connection of a phone is the one that is asked", async () => {
    const token = await at.token();
    const { heard } = await at.join(token);
    const older = await at.clock(token);
    const closed = next(older, "disconnect");
    const newer = await at.clock(token);
    await closed;
    newer.on("probe", ({ id, pad }: { id: number; pad: string }) =>
      newer.emit("probe_reply", { id, t2_s: 1, t3_s: 2, clock_id: "boot1", pad }),
    );
    await heard.until(({ probes }) => probes.some(({ reply }) => reply !== undefined));
    const { reply, t1Us, atUs } = heard.probes.find((probe) => probe.reply !== undefined)!;
    expect(reply).toMatchObject({ t2_s: 1, t3_s: 2, clock_id: "boot1" });
    expect(atUs - t1Us).toBeGreaterThan(0);
    expect(atUs - t1Us).toBeLessThan(1_000_000);
  });
});
