import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StreamTable } from "@polychron/processing/timed";
import { judgeCounterTimes } from "../../../../apps/hub/src/lab/alignment/judge-counter-times.js";
import type { SessionToJudge } from "../../../../apps/hub/src/lab/alignment/judge-alignment.js";
import { TruthFile } from "../../../../apps/hub/src/lab/truth-file.js";

const TICK_HZ = 32_768;
const STEP = 256;
const ZERO_S = 1_000;
const PERIOD_S = STEP / TICK_HZ;

let folder: string;
let truthPath: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-counter-"));
  truthPath = join(folder, "truth.csv");
});
afterEach(() => rm(folder, { recursive: true }));

interface Made {
  readonly ticks: number;
  /** Session seconds. */
  readonly atS: number;
}

/** So many samples from a reading and a time on, of a counter that is 100 ppm fast. */
function run(count: number, fromTicks: number, fromS: number): Made[] {
  return Array.from({ length: count }, (_, n) => {
    return { ticks: fromTicks + n * STEP, atS: fromS + (n * PERIOD_S) / (1 + 100e-6) };
  });
}

/** A session whose one stream has these samples, each at its true time and so much later, with a stated bound. */
function session(samples: readonly Made[], lateS: number, boundS: number | null, method = "joint"): SessionToJudge {
  const truth = new TruthFile(truthPath);
  const names = ["gsr_counts"];
  for (const { ticks, atS } of samples) {
    const made = { start: 1, power: 0, ticks, hubUs: (ZERO_S + atS) * 1e6 };
    truth.add({ ...made, names, words: [1], fate: "sent" });
  }
  truth.close();
  const columns = [samples.map(({ atS }) => atS + lateS), samples.map(({ ticks }) => ticks / TICK_HZ)];
  async function* rows(): ReturnType<StreamTable["rows"]> {
    yield await Promise.resolve({
      count: samples.length,
      columns: columns.map((column) => Float64Array.from(column)),
      missing: [undefined, undefined],
    });
  }
  const stream = {
    ...{ deviceId: "shimmer_1", rows, timeline: { method, boundS, boundNote: "" } },
    columns: [{ name: "t_s" }, { name: "device_time_s" }],
  };
  const metadata = { clock: { epochs: [{ monotonic_zero_us: ZERO_S * 1e6 }] } };
  return { reader: { metadata }, timed: { streams: [stream] } } as unknown as SessionToJudge;
}

test("times that keep to their bound are as they should be, and the counter's own pace is told", async () => {
  const judged = await judgeCounterTimes("shimmer_1", truthPath, session(run(500, 77, 2), 0.0004, 0.0005));
  expect(judged).toMatchObject({ truth: "emulator", live: null, not_judged: 0, ok: true });
  expect(judged.post).toMatchObject({
    count: 500,
    bound_ms: expect.closeTo(0.5, 9),
    within_bound: 1,
    p50_ms: expect.closeTo(0.4, 3),
  });
  expect(judged.drift_ppm).toBeCloseTo(100, 0);
});

test("times beyond their bound are not, and where no bound is stated none is broken", async () => {
  const samples = run(500, 77, 2);
  const beyond = await judgeCounterTimes("shimmer_1", truthPath, session(samples, 0.0006, 0.0005));
  expect(beyond).toMatchObject({ ok: false, post: { within_bound: 0 } });
  const unbound = await judgeCounterTimes("shimmer_1", truthPath, session(samples, 0.0006, null));
  expect(unbound).toMatchObject({ ok: true, post: { count: 500, bound_ms: null, within_bound: null } });
});

test("a bound within the stream, which is all that arrivals give, is not held against times on the hub's clock", async () => {
  const relative = session(run(500, 77, 2), 0.0006, 0.0005, "lower_envelope");
  const judged = await judgeCounterTimes("shimmer_1", truthPath, relative);
  expect(judged).toMatchObject({ ok: true, post: { count: 500, bound_ms: null, within_bound: null } });
});

test("for some seconds behind a power cycle a counter is not judged", async () => {
  const samples = [...run(100, 5_000 * STEP, 1), ...run(500, 0, 10)];
  const judged = await judgeCounterTimes("shimmer_1", truthPath, session(samples, 0, 0.001));
  expect(judged.not_judged).toBe(Math.ceil((2.6 / PERIOD_S) * (1 + 100e-6)));
  expect(judged.post!.count).toBe(600 - judged.not_judged);
});
