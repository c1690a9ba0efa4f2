import type { SessionEvent } from "@polychron/session/model";
import type { HubBench } from "../hub-bench.js";
import { PhoneOnBench } from "./phone-on-bench.js";

async function recordingPhone(): Promise<{ on: PhoneOnBench; session: string }> {
  const on = await PhoneOnBench.open();
  await on.bench.connect();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.time.pass(1_000);
  return { on, session };
}

async function cueEvents(bench: HubBench, session: string): Promise<SessionEvent[]> {
  const events: SessionEvent[] = [];
  for await (const event of (await bench.reader(session)).events()) if (event.event === "sync_cue") events.push(event);
  return events;
}

test("a cue is ordered ahead of time, done by the phone at its own time, and in the log with both", async () => {
  const { on, session } = await recordingPhone();
  const { bench } = on;
  const { cue, at_us: atUs } = await bench.order({ kind: "sync_cue", session });
  expect(bench.snapshot.cues).toMatchObject([{ session, cue, at_us: atUs }]);
  await bench.time.pass(5_000);
  expect(bench.snapshot.cues).toEqual([]);
  await bench.order({ kind: "stop_recording", session });
  const [ordered, done, ...more] = await cueEvents(bench, session);
  expect(more).toEqual([]);
  const plan = [
    { maker: "page", acts: ["flash", "chirp"], after_s: 0 },
    { maker: on.device, acts: ["tap"], after_s: 0 },
  ];
  expect(ordered).toMatchObject({ seq: cue, phase: "ordered", by: "operator:test", plan });
  expect(done).toMatchObject({ phase: "done", cue, maker: on.device, act: "tap" });
  expect(Math.abs(done!.t_s - ordered!.t_s)).toBeLessThan(0.005);
  expect(done!["uncertainty_s"]).toBeGreaterThan(0);
  expect(done!["uncertainty_s"]).toBeLessThan(0.01);
  const [order] = on.heard("cue");
  expect(order).toMatchObject({ cue, acts: ["tap"] });
  expect(done!["device_time_s"]).toBeCloseTo(order!["at_device_s"] as number, 6);
});

test("what a page saw is logged at its time; of a cue that never was, or long ago, it is refused", async () => {
  const { on, session } = await recordingPhone();
  const { bench } = on;
  const { cue, at_us } = (await bench.order({ kind: "sync_cue", session })) as { cue: number; at_us: number };
  const report = { kind: "report_cue", session, act: "flash", uncertainty_us: 20_000 } as const;
  expect(await bench.codeOf({ ...report, cue: cue + 1, at_us })).toBe("CUE_UNKNOWN");
  expect(await bench.codeOf({ ...report, cue, at_us: at_us + 60e6 })).toBe("CUE_UNKNOWN");
  await bench.time.pass(3_000);
  expect(await bench.codeOf({ ...report, cue, at_us: at_us + 12_000 })).toBe("ok");
  await bench.time.pass(60_000);
  expect(await bench.codeOf({ ...report, cue, at_us })).toBe("CUE_UNKNOWN");
  const [ordered, ...done] = await cueEvents(bench, session);
  const flash = done.filter((event) => event["maker"] === "page");
  expect(flash).toMatchObject([{ phase: "done", act: "flash", uncertainty_s: 0.02, by: "operator:test" }]);
  expect(flash[0]!.t_s - ordered!.t_s).toBeCloseTo(0.012, 6);
});

test("outside a recording there is no cue, and while one is being made there is no second", async () => {
  const { on, session } = await recordingPhone();
  const { bench } = on;
  await bench.order({ kind: "sync_cue", session });
  expect(await bench.codeOf({ kind: "sync_cue", session })).toBe("CUE_RUNNING");
  await bench.time.pass(5_000);
  expect(await bench.codeOf({ kind: "sync_cue", session })).toBe("ok");
  await bench.order({ kind: "stop_recording", session });
  expect(await bench.codeOf({ kind: "sync_cue", session })).toBe("SESSION_INVALID_STATE");
  expect(await bench.codeOf({ kind: "sync_cue", session: "no_such_20250731_143022" })).toBe("SESSION_NOT_FOUND");
});

test("a phone that does not answer, and one that did something else, are named in the log", async () => {
  const { on, session } = await recordingPhone();
  on.link.deafen("cue", 1);
  await on.bench.order({ kind: "sync_cue", session });
  await on.bench.time.pass(8_000);
  on.link.answer("cue", { ok: true, made: [{ act: "flash", device_time_s: 1 }] });
  await on.bench.order({ kind: "sync_cue", session });
  await on.bench.time.pass(8_000);
  const failed = (await cueEvents(on.bench, session)).filter(({ phase }) => phase === "failed");
  expect(failed).toMatchObject([
    { maker: on.device, code: "PHONE_NO_ANSWER" },
    { maker: on.device, code: "PHONE_ANSWER_INVALID" },
  ]);
});

test("a device that cannot make cues is not asked", async () => {
  const on = await PhoneOnBench.open();
  await on.bench.connect();
  on.away();
  const session = await on.bench.create();
  await on.bench.order({ kind: "start_recording", session });
  await on.bench.order({ kind: "sync_cue", session });
  await on.bench.time.pass(8_000);
  const [ordered, ...more] = await cueEvents(on.bench, session);
  expect(ordered!["plan"]).toEqual([{ maker: "page", acts: ["flash", "chirp"], after_s: 0 }]);
  expect(more).toEqual([]);
  expect(on.heard("cue")).toEqual([]);
});
