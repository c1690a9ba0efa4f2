import { SessionReader } from "@polychron/session/store";
import { PhoneOnBench } from "./phone-on-bench.js";

/** What the phone is answered when it says something. */
function say(on: PhoneOnBench, name: "status" | "event", value: object): Promise<object> {
  return on.bench.during(on.link.ask(name, value)) as Promise<object>;
}

/** The phone's clock now. */
function deviceS(on: PhoneOnBench): number {
  return on.brain.probe({ id: 1, pad: "" }).t2_s;
}

test("an event that the phone was told is kept is on the disk, whatever befalls the hub then", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  for (const kind of ["marker", "warning", "error"])
    expect(await say(on, "event", { kind, label: `a ${kind}`, device_time_s: deviceS(on) })).toEqual({ ok: true });
  const left = await SessionReader.open(on.bench.memory.afterKill(), "/rec", session);
  const said: unknown[] = [];
  for await (const event of left.events()) said.push(event["label"] ?? event["message"]);
  expect(said).toEqual(expect.arrayContaining(["a marker", "a warning", "a error"]));
});

test.each([-1e308, 1e308, -1e6])(
  "an event at %p s is put at the moment it came, and keeps its own time",
  async (time) => {
    const on = await PhoneOnBench.open();
    const session = await on.bench.create();
    const beforeS = on.bench.time.nowUs() / 1e6;
    expect(await say(on, "event", { kind: "marker", label: "odd", device_time_s: time })).toEqual({ ok: true });
    const zeroS = on.bench.view(session).zero_us / 1e6;
    const marker = (await on.bench.events(session)).find(({ event }) => event === "marker")!;
    expect(marker).toMatchObject({ label: "odd", device_time_s: time });
    expect(marker.t_s + zeroS - beforeS).toBeGreaterThanOrEqual(0);
    expect(marker.t_s + zeroS - beforeS).toBeLessThan(0.1);
    expect(on.bench.snapshot.faults).toEqual([]);
  },
);

test("without a session a warning is shown to the operator, and a marker is refused", async () => {
  const on = await PhoneOnBench.open();
  const device_time_s = deviceS(on);
  expect(await say(on, "event", { kind: "warning", label: "hot", code: "TOO_HOT", device_time_s })).toEqual({
    ok: true,
  });
  expect(await say(on, "event", { kind: "error", label: "no camera", device_time_s })).toEqual({ ok: true });
  expect(await say(on, "event", { kind: "marker", label: "tap", device_time_s })).toMatchObject({
    ok: false,
    error: { code: "PHONE_NOT_IN_SESSION", params: { device: "phone_1", what: "marker" } },
  });
  expect(on.bench.snapshot.faults).toMatchObject([
    { code: "DEVICE_REPORTED", message: "no camera", device: "phone_1" },
    { code: "TOO_HOT", message: "hot", device: "phone_1" },
  ]);
});

test("a warning of a phone in a session is in its log and nowhere else", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  await say(on, "event", { kind: "warning", label: "hot", device_time_s: deviceS(on) });
  expect((await on.bench.events(session)).filter(({ event }) => event === "warning")).toHaveLength(1);
  expect(on.bench.snapshot.faults).toEqual([]);
});

test("the names of networks are in the session, however often the phone is connected anew", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  const networks = (): unknown => on.bench.store.require(session).metadata.devices[on.device]!["wifi_networks"];
  const status = (wifi_name: string): Promise<object> => say(on, "status", { device_time_s: deviceS(on), wifi_name });
  for (const name of ["guest", "guest", "guest"]) await status(name);
  const first = [
    { number: 1, name: "guest" },
    { number: 2, name: "lab" },
  ];
  await on.bench.time.pass(1_500);
  expect(networks()).toMatchObject(first);
  await on.bench.order({ kind: "disconnect_device", device: on.device });
  await on.connect();
  await on.bench.time.pass(1_500); // its statuses are numbered anew
  await status("field");
  await on.bench.time.pass(100);
  const from_t_s: unknown = expect.any(Number);
  expect(networks()).toEqual(
    [...first, { number: 1, name: "lab" }, { number: 2, name: "field" }].map((network) => ({ ...network, from_t_s })),
  );
});

test("a status at a time that cannot be is refused, and the next ones are kept", async () => {
  const on = await PhoneOnBench.open();
  const received = (): number =>
    on.bench.snapshot.devices[0]!.streams.find(({ file_type }) => file_type === "status")!.received;
  for (const device_time_s of [1e308, -1e308, deviceS(on) + 100_000])
    expect(await say(on, "status", { device_time_s })).toMatchObject({ error: { code: "PHONE_TIME_WRONG" } });
  const before = received();
  expect(await say(on, "status", { device_time_s: deviceS(on) + 1_000 })).toEqual({ ok: true });
  expect(await say(on, "status", { device_time_s: deviceS(on) })).toEqual({ ok: true });
  expect(received()).toBeGreaterThanOrEqual(before + 2);
});
