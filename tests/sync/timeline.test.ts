import fc from "fast-check";
import { hubTimeline, TimelineBuilder, type Timeline } from "@polychron/sync";

interface Point {
  readonly deviceS: number;
  readonly arrivalS: number;
}

function fit(points: readonly Point[]): Timeline {
  const builder = new TimelineBuilder();
  for (const { deviceS, arrivalS } of points) builder.push(deviceS, arrivalS);
  return builder.build();
}

/** Samples at 50 Hz whose device clock is `offsetS` behind and whose latency is 10 ms, or more where `latencyS` says so. */
function run(from: number, to: number, offsetS: number, latencyS: (hubS: number) => number = () => 0): Point[] {
  const points: Point[] = [];
  let lastS = -Infinity;
  for (let i = Math.round(from * 50); i < to * 50; i++) {
    lastS = Math.max(lastS, i / 50 + 0.01 + latencyS(i / 50));
    points.push({ deviceS: i / 50 - offsetS, arrivalS: lastS });
  }
  return points;
}

const rising = fc
  .array(fc.tuple(fc.double({ min: 0, max: 30, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true })), {
    maxLength: 200,
  })
  .map((steps) => {
    let [hubS, lastS] = [0, 0];
    return steps.map(([stepS, latencyS]) => {
      hubS += stepS;
      lastS = Math.max(lastS, hubS + latencyS);
      return { deviceS: hubS * (1 + 40e-6) + 1000, arrivalS: lastS };
    });
  });

test("no sample is placed later than its arrival and time never runs back, whatever the latencies", () => {
  fc.assert(
    fc.property(rising, (points) => {
      const timeline = fit(points);
      const times = points.map(({ deviceS, arrivalS }) => timeline.toSessionS(deviceS, arrivalS));
      times.forEach((timeS, i) => expect(timeS).toBeLessThanOrEqual(points[i]!.arrivalS));
      if (timeline.epochs.length === 1)
        times.forEach((timeS, i) => i > 0 && expect(timeS).toBeGreaterThanOrEqual(times[i - 1]!));
    }),
  );
});

test("without observations each sample has its arrival, and the timeline says so", () => {
  const timeline = fit([]);
  expect(timeline.method).toBe("arrival");
  expect(timeline.boundS).toBeNull();
  expect(timeline.toSessionS(5, 7)).toBe(7);
  expect(timeline.toSessionS(5, Number.NaN)).toBe(5);
});

test("one observation fixes the offset and states no bound", () => {
  const timeline = fit([{ deviceS: 100, arrivalS: 3 }]);
  expect(timeline.toSessionS(101, 9)).toBe(4);
  expect(timeline.boundS).toBeNull();
});

test("of two observations close together the later arrival does not bend the clock's rate", () => {
  const timeline = fit([
    { deviceS: 100, arrivalS: 3 },
    { deviceS: 100.01, arrivalS: 3.25 },
  ]);
  expect(Math.abs(timeline.epochs[0]!.ratePpm)).toBeLessThanOrEqual(100);
  expect(timeline.toSessionS(100.01, 3.25)).toBeCloseTo(3.01, 4);
});

test("a stream stamped by the hub keeps its times", () => {
  expect(hubTimeline(0.004).toSessionS(12.25, 12.5)).toBe(12.25);
  expect(hubTimeline(0.004).boundS).toBe(0.004);
});

test("a restarted device clock starts an epoch, and both keep their own offset", () => {
  const timeline = fit([...run(0, 60, -1000), ...run(70, 130, 70)]);
  expect(timeline.epochs).toHaveLength(2);
  expect(timeline.toSessionS(1030, 30.01)).toBeCloseTo(30.01, 3);
  expect(timeline.toSessionS(10, 80.01)).toBeCloseTo(80.01, 3);
});

test("a device clock that jumps ahead starts an epoch", () => {
  const timeline = fit([...run(0, 60, 0), ...run(60, 120, -5)]);
  expect(timeline.epochs).toHaveLength(2);
  expect(timeline.toSessionS(65.02, 60.03)).toBeCloseTo(60.03, 3);
});

test("a link that stood still for three seconds starts no epoch", () => {
  const stall = (hubS: number) => (hubS > 30 && hubS < 33 ? 33 - hubS : 0);
  const timeline = fit(run(0, 60, 12, stall));
  expect(timeline.epochs).toHaveLength(1);
  expect(timeline.toSessionS(31 - 12, 33.01)).toBeCloseTo(31.01, 3);
});

test("a device away for ten minutes with its clock running stays in one epoch", () => {
  expect(fit([...run(0, 60, 5), ...run(660, 720, 5)]).epochs).toHaveLength(1);
});

test("a sample that arrived between two observations is placed by the epoch that explains it", () => {
  const observations = [...run(0, 60, -1000), ...run(70, 130, 70)];
  const timeline = fit(observations.filter((_, i) => i % 25 === 24));
  expect(timeline.toSessionS(0.02, 70.03)).toBeCloseTo(70.03, 2);
});

test("a rate of 300 ppm is found within a tenth of a ppm in ten minutes", () => {
  const points = run(0, 600, 0).map(({ deviceS, arrivalS }) => ({ deviceS: deviceS * (1 + 300e-6), arrivalS }));
  expect(fit(points).epochs[0]!.ratePpm).toBeCloseTo(-299.91, 1);
});

test("building twice gives the same timeline", () => {
  const builder = new TimelineBuilder();
  for (const { deviceS, arrivalS } of run(0, 60, 3, (hubS) => (hubS > 30 && hubS < 33 ? 33 - hubS : 0)))
    builder.push(deviceS, arrivalS);
  const first = builder.build();
  expect(builder.build().toSessionS(20, 99)).toBe(first.toSessionS(20, 99));
});

test("observations that are no numbers are left out", () => {
  expect(
    fit([
      { deviceS: Number.NaN, arrivalS: 1 },
      { deviceS: 1, arrivalS: Infinity },
    ]).method,
  ).toBe("arrival");
});

test("observations that a second file repeats start no epoch", () => {
  const seen = run(0, 60, 5);
  expect(fit([...seen, ...seen.slice(-500), ...run(60, 90, 5)]).epochs).toEqual(
    fit([...seen, ...run(60, 90, 5)]).epochs,
  );
});
