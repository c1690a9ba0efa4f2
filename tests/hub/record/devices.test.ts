import { parseFault } from "@polychron/devices";
import { address, HubBench } from "../hub-bench.js";
import { PhoneOnBench } from "./phone-on-bench.js";

test("a device is connected once, however often and at whatever moment it is asked for", async () => {
  const bench = await HubBench.open();
  const order = { kind: "connect_device", family: "shimmer", address: address(1) } as const;
  const both = await Promise.all([bench.codeOf(order), bench.codeOf(order)]);
  expect(both.sort()).toEqual(["DEVICE_ALREADY_CONNECTED", "ok"]);
  expect(await bench.codeOf(order)).toBe("DEVICE_ALREADY_CONNECTED");
  expect(bench.snapshot.devices).toHaveLength(1);
  expect(bench.snapshot.candidates).toEqual([]);
});

test("an unknown family and an unknown device are refused with what there is", async () => {
  const bench = await HubBench.open();
  expect(await bench.send({ kind: "connect_device", family: "tricorder", address: "x" })).toMatchObject({
    error: { code: "DEVICE_FAMILY_UNKNOWN", remedy: expect.stringContaining("shimmer") },
  });
  expect(await bench.codeOf({ kind: "disconnect_device", device: "nobody" })).toBe("DEVICE_NOT_FOUND");
  expect(await bench.codeOf({ kind: "configure_device", device: "nobody", settings: {} })).toBe("DEVICE_NOT_FOUND");
});

test("a failed connection stands at the candidate with its remedy until the next try", async () => {
  const bench = await HubBench.open();
  bench.pipes[0]!.order(parseFault("silence@0:60"));
  expect(await bench.codeOf({ kind: "connect_device", family: "shimmer", address: address(1) })).toBe("SHIMMER_NO_ACK");
  expect(bench.snapshot.candidates[0]).toMatchObject({
    connecting: false,
    error: { code: "SHIMMER_NO_ACK", remedy: expect.stringMatching(/.+/) },
  });
  await bench.time.pass(60_000);
  const again = bench.connect();
  await bench.time.pass(0);
  expect(bench.snapshot.candidates[0]).toMatchObject({ connecting: true, error: null });
  await again;
  expect(bench.snapshot.devices[0]).toMatchObject({ phase: "armed", error: null });
});

test("a connection under way is given up when the hub stops, with a typed error", async () => {
  const bench = await HubBench.open();
  bench.pipes[0]!.order(parseFault("silence@0:60"));
  const answer = bench.send({ kind: "connect_device", family: "shimmer", address: address(1) });
  await bench.time.pass(700);
  await bench.stop();
  expect(await answer).toMatchObject({ ok: false, error: { code: "DEVICE_CONNECT_CANCELLED" } });
});

test("an address named by hand is a candidate from then on, and at most twenty of them are kept", async () => {
  const bench = await HubBench.open();
  for (let number = 2; number < 40; number++)
    await bench.codeOf({ kind: "connect_device", family: "shimmer", address: `pipe:${number}` });
  const byHand = bench.snapshot.candidates.filter((candidate) => candidate.address !== address(1));
  expect(byHand).toHaveLength(20);
  expect(byHand[0]!.error).not.toBeNull();
});

test("new settings stop the stream, are confirmed by the device, and the stream goes on with them", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  await bench.order({ kind: "configure_device", device, settings: { rateHz: 256, sensors: ["gsr"] } });
  await bench.time.pass(6_000);
  const view = bench.snapshot.devices[0]!;
  expect(view).toMatchObject({ phase: "armed", settings: { rateHz: 256, sensors: ["gsr"] } });
  expect(view.streams[0]!.effective_rate_hz).toBeCloseTo(256, -1);
});

test("a setting that cannot be is refused, and the device streams on as before", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  expect(await bench.codeOf({ kind: "configure_device", device, settings: { rateHz: 1e9 } })).toBe(
    "DEVICE_SETTING_INVALID",
  );
  expect(await bench.codeOf({ kind: "configure_device", device, settings: { colour: "red" } })).toBe(
    "DEVICE_SETTING_INVALID",
  );
  await bench.time.pass(1_000);
  const before = bench.snapshot.devices[0]!.streams[0]!.received;
  await bench.time.pass(1_000);
  expect(bench.snapshot.devices[0]!).toMatchObject({ phase: "armed", settings: { rateHz: 128 } });
  expect(bench.snapshot.devices[0]!.streams[0]!.received).toBeGreaterThan(before + 100);
});

test("a device keeps its settings when it is connected again", async () => {
  const bench = await HubBench.open();
  const device = await bench.connect();
  await bench.order({ kind: "configure_device", device, settings: { rateHz: 64 } });
  await bench.order({ kind: "disconnect_device", device });
  expect(await bench.connect()).toBe(device);
  expect(bench.snapshot.devices[0]!.settings).toMatchObject({ rateHz: 64 });
});

test("a device that nobody can reach says so while the others stream on", async () => {
  const bench = await HubBench.open({ devices: 2 });
  const lost = await bench.connect(1);
  await bench.connect(2);
  bench.pipes[0]!.order(parseFault("silence@0:60"));
  await bench.time.pass(7_000);
  const [silent, fine] = bench.snapshot.devices;
  expect(silent!.streams[0]!.effective_rate_hz).toBe(0);
  expect(silent).toMatchObject({
    id: lost,
    phase: "lost",
    error: { code: expect.stringMatching(/^(DEVICE_LOST|SHIMMER_)/) },
  });
  expect(fine).toMatchObject({ phase: "armed", error: null });
  expect(fine!.streams[0]!.received).toBeGreaterThan(800);
});

test("a phone that refuses to deliver with its new settings is asked again until it does", async () => {
  const on = await PhoneOnBench.open();
  on.link.refuseOrders("arm", 2);
  const settings = { leaveOut: ["gsr"] };
  await on.bench.order({ kind: "configure_device", device: on.device, settings });
  expect(on.bench.snapshot.devices[0]).toMatchObject({ phase: "connected", settings });
  await on.bench.time.pass(11_000);
  expect(on.bench.snapshot.devices[0]).toMatchObject({ phase: "armed", settings, error: null });
});

test("a device that comes back at another address has left the first, and is in its session again", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  const changes: string[] = [];
  const before = on.bench.registry.require(on.device);
  on.bench.registry.onChange((device, change) => changes.push(`${device === before ? "old" : "new"} ${change}`));
  await on.bench.order({ kind: "connect_device", family: "phone", address: "token-2" });
  expect(changes).toEqual(["old left", "new joined"]);
  await on.bench.time.pass(1_000);
  expect(on.bench.snapshot.devices).toMatchObject([{ id: on.device, phase: "armed", address: "token-2", session }]);
});
