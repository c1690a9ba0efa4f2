import type { FirstKept } from "@polychron/devices";
import { faultOfStart } from "../../../apps/hub/src/record/start-answer.js";
import { PhoneOnBench } from "./phone-on-bench.js";

/** A phone that streams for a second behind a start one second ago. */
async function begun(): Promise<{
  on: PhoneOnBench;
  fault(first: Partial<FirstKept>): string | undefined;
  now: FirstKept;
}> {
  const on = await PhoneOnBench.open();
  await on.bench.time.pass(2_000);
  const device = on.bench.registry.require(on.device);
  const stream = device.streams.find(({ info }) => info.fileType === "imu")!;
  const block = stream.ring.blocks().at(-1)!;
  const last = block.count - 1;
  const now = { fileType: "imu", seq: block.firstSeq + last, deviceTimeS: block.deviceTimeS[last]! };
  const nowUs = on.bench.time.nowUs();
  const when = { startUs: nowUs - 1e6, nowUs };
  return { on, now, fault: (first) => faultOfStart(device, [{ ...now, ...first }], when) };
}

test("a sample that has just arrived is a believable first one, and one of some seconds ago is not", async () => {
  const { now, fault } = await begun();
  expect(fault({})).toBeUndefined();
  expect(fault({ seq: now.seq - 95, deviceTimeS: now.deviceTimeS - 0.95 })).toBeUndefined();
  expect(fault({ seq: now.seq - 400, deviceTimeS: now.deviceTimeS - 4 })).toMatch(/before the start$/);
});

test.each([
  ["a stream that it never announced", { fileType: "nosuch" }, /no stream nosuch, it announced imu, gsr, status/],
  ["a time that its clock never read", { deviceTimeS: -1e300 }, /before the start$/],
  ["a time still to come", { deviceTimeS: 1e12 }, /ahead$/],
  ["a number that it cannot have come to", { seq: 1e15 }, /cannot be at number 1000000000000000/],
])("a phone is not believed that it began with %s", async (_, first, reason) => {
  const { fault } = await begun();
  expect(fault(first)).toMatch(reason);
});

test("a stream that the hub does not want may be recorded by the phone itself", async () => {
  const { on } = await begun();
  const device = on.bench.registry.require(on.device);
  const driver = { settings: { leaveOut: ["heat"] } } as unknown as typeof device.driver;
  const first = [{ fileType: "heat", seq: 0, deviceTimeS: 0 }];
  expect(faultOfStart({ driver, streams: device.streams }, first, { startUs: 0, nowUs: 0 })).toBeUndefined();
});

test("a phone that answers a start with nonsense has not begun to record on itself, and the log says why", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  on.link.answer("start", { ok: true, first: [{ stream: "nosuch", seq: 1e15, device_time_s: -1e300 }] });
  await on.record(session, 2_000);
  const { errors, recordings } = on.bench.store.require(session).metadata;
  expect(errors).toMatchObject([{ code: "PHONE_ANSWER_INVALID", target: on.device, operation: "start_on_device" }]);
  const { start } = recordings[0]!.coordination![0]!;
  expect(start.own).toMatchObject({ status: "never", code: "PHONE_ANSWER_INVALID" });
  const acks = (await on.bench.events(session)).filter(({ event, ack }) => event === "device_ack" && ack === "start");
  expect(acks).toEqual([]);
});

test("a phone whose answer to a start cannot be true is waited for when it is away at the stop", async () => {
  const on = await PhoneOnBench.open();
  const session = await on.bench.create();
  on.link.answer("start", { ok: true, first: [{ stream: "nosuch", seq: 0, device_time_s: 0 }] });
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(2_000);
  on.away();
  await on.bench.order({ kind: "stop_recording", session });
  await on.bench.order({ kind: "end_session", session });
  expect(on.bench.store.require(session).state).toBe("processing");
  await on.back();
  await on.bench.time.pass(5_000);
  const { metadata } = await on.bench.reader(session);
  expect(metadata.status).toBe("completed");
  expect(metadata.files[on.device]!.filter(({ file_type }) => file_type === "rgb")).toMatchObject([{ complete: true }]);
});
