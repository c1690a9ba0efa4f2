import fc from "fast-check";
import { OneWayClock, TimelineBuilder, type Timeline } from "@polychron/sync";
import { ClockModel, mulberry32, oneWayTrace } from "@polychron/sync/link-model";

/** One sample with the truth; `isWrong`: its stamps are not what the clocks said. */
interface Sample {
  readonly hubS: number;
  readonly deviceS: number;
  readonly arrivalS: number;
  readonly isWrong?: boolean;
}

/** The quickest message of this link takes so long. */
const LEAST_S = 0.005;
const JUMP_AT_S = 300;

/** A sensor over the serial port profile, ten minutes long, whose clock is ahead by `aheadS`. */
function sensor(aheadS: (hubS: number) => number = () => 0, seed = 1): Sample[] {
  const clock = new ClockModel("phone", seed, 30);
  const thetaS = (hubS: number): number => clock.thetaS(hubS);
  const trace = oneWayTrace({ link: "spp", seed, rateHz: 100, durationS: 600, thetaS });
  return Array.from(trace.hubS, (hubS, row) => ({
    ...{ hubS, deviceS: trace.deviceS[row]! + aheadS(hubS), arrivalS: trace.arrivalS[row]! },
  }));
}

function jumping(byS: number): Sample[] {
  return sensor((hubS) => (hubS < JUMP_AT_S ? 0 : byS));
}

interface Judged {
  readonly hubS: number;
  readonly errorS: number;
  readonly boundS: number | null;
}

function live(samples: readonly Sample[], clock = new OneWayClock()): Judged[] {
  return samples.flatMap(({ hubS, deviceS, arrivalS, isWrong }) => {
    clock.push(deviceS, arrivalS * 1e6);
    if (isWrong === true) return [];
    const errorS = Math.abs(clock.hubUs(deviceS) / 1e6 - hubS - LEAST_S);
    return [{ hubS, errorS, boundS: clock.boundS(deviceS).relativeS }];
  });
}

function fitted(samples: readonly Sample[]): Timeline {
  const builder = new TimelineBuilder();
  for (const { deviceS, arrivalS } of samples) builder.push(deviceS, arrivalS);
  return builder.build();
}

function worstS(timeline: Timeline, samples: readonly Sample[]): number {
  return samples
    .filter(({ isWrong }) => isWrong !== true)
    .reduce((most, { hubS, deviceS, arrivalS }) => {
      return Math.max(most, Math.abs(timeline.toSessionS(deviceS, arrivalS) - hubS - LEAST_S));
    }, 0);
}

function outside(judged: readonly Judged[]): Judged[] {
  return judged.filter(({ errorS, boundS }) => boundS !== null && errorS > boundS);
}

test.each([0.006, 0.02, 0.2, 0.5, 0.9])("live, a jump ahead by %d s begins a new line, and the bound holds", (byS) => {
  const clock = new OneWayClock();
  const judged = live(jumping(byS), clock);
  expect(clock.starts).toBe(2);
  expect(clock.leftOut).toBe(0);
  // Until the first sample that shows it, nobody can know of the jump.
  expect(outside(judged).filter(({ hubS }) => hubS < JUMP_AT_S || hubS > JUMP_AT_S + 0.5)).toEqual([]);
  expect(judged.filter(({ boundS }) => boundS === null).length).toBeLessThan(4000);
});

test.each([-0.006, -0.02, -0.5])("live, after a jump back by %d s the bound holds from two seconds on", (byS) => {
  const clock = new OneWayClock();
  const judged = live(jumping(byS), clock);
  expect(clock.starts).toBe(2);
  expect(outside(judged).filter(({ hubS }) => hubS < JUMP_AT_S || hubS > JUMP_AT_S + 2)).toEqual([]);
});

test.each([-0.5, 0.02, 0.2, 0.5, 0.9])("after the session a jump by %d s ends the epoch where it was", (byS) => {
  const samples = jumping(byS);
  const timeline = fitted(samples);
  expect(timeline.epochs).toHaveLength(2);
  expect(Math.abs(timeline.epochs[0]!.ratePpm)).toBeLessThan(60);
  expect(worstS(timeline, samples)).toBeLessThan(timeline.boundS!);
  expect(timeline.boundS).toBeLessThan(0.002);
});

test("where one sample of every tenth of a second is observed, those before the first observed one after a jump back are of after it too", () => {
  const samples = jumping(-0.5);
  const tenths = new Map<number, Sample>();
  for (const sample of samples) {
    const best = tenths.get(Math.floor(sample.arrivalS * 10));
    if (best === undefined || sample.arrivalS - sample.deviceS < best.arrivalS - best.deviceS)
      tenths.set(Math.floor(sample.arrivalS * 10), sample);
  }
  const timeline = fitted([...tenths.values()]);
  expect(timeline.epochs).toHaveLength(2);
  expect(worstS(timeline, samples)).toBeLessThan(timeline.boundS!);
});

/** One sample in so many is changed, once the usual latencies are known: before that the quickest one may be by chance. */
function spoilt(every: number, change: (sample: Sample, random: () => number) => Partial<Sample>): Sample[] {
  const random = mulberry32(11);
  return sensor().map((sample) => {
    const isWrong = random() < 1 / every && sample.hubS > 20;
    return isWrong ? { ...sample, ...change(sample, random), isWrong } : sample;
  });
}

const SPOILT: readonly [string, Sample[]][] = [
  ["arrivals of 10^12", spoilt(1000, () => ({ arrivalS: 1e12 }))],
  ["device times of 10^12", spoilt(1000, () => ({ deviceS: 1e12 }))],
  ["device times of 0", spoilt(100, () => ({ deviceS: 0 }))],
  ["device times that are no number", spoilt(100, () => ({ deviceS: Number.NaN }))],
  ["arrivals 0.3 s early", spoilt(1000, ({ arrivalS }) => ({ arrivalS: arrivalS - 0.3 }))],
  ["arrivals early by up to 0.3 s", spoilt(1000, ({ arrivalS }, u) => ({ arrivalS: arrivalS - 0.02 - 0.28 * u() }))],
  ["arrivals 3 s early", spoilt(1000, ({ arrivalS }) => ({ arrivalS: arrivalS - 3 }))],
];

test.each(SPOILT)(
  "%s here and there are left out and counted, and move no time by more than the usual change of the least latency",
  (_name, samples) => {
    const clock = new OneWayClock();
    const judged = live(samples, clock);
    expect(clock.starts).toBe(1);
    const settled = judged.filter(({ hubS }) => hubS > 60);
    expect(outside(settled).length).toBeLessThan(0.01 * settled.length);
    // A wrong arrival that is early by less than the least latency changes anyway cannot be told from a right one.
    expect(Math.max(...settled.map(({ errorS }) => errorS))).toBeLessThan(0.002);
    const timeline = fitted(samples);
    const wrong = samples.filter(({ isWrong }) => isWrong).length;
    // An arrival just before the one ahead of it is out of order as well as wrong.
    expect(timeline.leftOut!.repeated + timeline.leftOut!.wrong).toBe(wrong);
    expect(timeline.epochs).toHaveLength(1);
    expect(worstS(timeline, samples)).toBeLessThan(timeline.boundS!);
    expect(timeline.boundS).toBeLessThan(0.002);
  },
);

test("a single arrival 0.3 s early has no part in what follows, and meanwhile no bound is stated", () => {
  const clean = live(sensor());
  const at = 30_000;
  const samples = sensor().map((sample, row) => (row === at ? { ...sample, arrivalS: sample.arrivalS - 0.3 } : sample));
  const clock = new OneWayClock();
  const judged = live(samples, clock);
  expect(judged[at + 1]!.boundS).toBeNull();
  const changed = judged.slice(at + 200).map(({ errorS }, row) => Math.abs(errorS - clean[at + 200 + row]!.errorS));
  expect(Math.max(...changed)).toBeLessThan(50e-6);
  expect(clock.leftOut).toBe(1);
});

test("the first sample of all may be wrong as well", () => {
  for (const change of [{ arrivalS: 1e12 }, { deviceS: 1e12 }]) {
    const samples = sensor().map((sample, row) => (row === 0 ? { ...sample, ...change, isWrong: true } : sample));
    const timeline = fitted(samples);
    expect(timeline.leftOut).toEqual({ repeated: 0, wrong: 1 });
    expect(worstS(timeline, samples)).toBeLessThan(timeline.boundS!);
  }
});

test("rows that stand in the wrong order do not start the clock anew", () => {
  const samples = sensor();
  for (let row = 0; row + 2 < samples.length; row += 50)
    [samples[row], samples[row + 2]] = [samples[row + 2]!, samples[row]!];
  const clock = new OneWayClock();
  const judged = live(samples, clock);
  expect(clock.starts).toBe(1);
  expect(clock.leftOut).toBeGreaterThan(1000);
  expect(outside(judged.filter(({ hubS }) => hubS > 60))).toEqual([]);
  expect(fitted(samples).epochs).toHaveLength(1);
});

test.each([-2200, -5000, 2200, 20_000])("of a clock that is %d ppm off no bound is stated, live or after", (ppm) => {
  const samples = sensor((hubS) => hubS * ppm * 1e-6);
  expect(live(samples).filter(({ boundS }) => boundS !== null)).toEqual([]);
  expect(fitted(samples).boundS).toBeNull();
});

test.each([-1500, 300, 1000])(
  "a clock that is %d ppm off is followed, and its bound holds from the second minute on",
  (ppm) => {
    const samples = sensor((hubS) => hubS * ppm * 1e-6);
    const judged = live(samples).filter(({ hubS }) => hubS > 90);
    expect(judged.filter(({ boundS }) => boundS === null)).toEqual([]);
    expect(outside(judged)).toEqual([]);
    expect(fitted(samples).epochs[0]!.ratePpm).toBeCloseTo(-ppm, -2);
  },
);

const wild = fc.array(
  fc.record({
    laterS: fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(-1000, -0.5, 0, 1e12, Number.NaN)),
    latencyS: fc.oneof(fc.double({ min: 0, max: 0.1, noNaN: true }), fc.constantFrom(-3, 5, 1e12, Infinity)),
  }),
  { maxLength: 300 },
);

test("whatever samples come, each is used once or counted as left out, and the live clock keeps its numbers", () => {
  fc.assert(
    fc.property(wild, (steps) => {
      const builder = new TimelineBuilder();
      const clock = new OneWayClock();
      let hubS = 0;
      for (const { laterS, latencyS } of steps) {
        const deviceS = hubS + laterS;
        builder.push(deviceS, hubS + latencyS);
        clock.push(deviceS, (hubS + latencyS) * 1e6);
        if (clock.starts > 0) expect(clock.hubUs(hubS)).not.toBeNaN();
        expect(clock.boundS(hubS).relativeS ?? 0).toBeGreaterThanOrEqual(0);
        if (laterS >= 0 && laterS <= 2) hubS += laterS;
      }
      const { epochs, leftOut } = builder.build();
      const used = epochs.reduce((sum, { observations }) => sum + observations, 0);
      if (epochs.length > 0) expect(used + leftOut!.repeated + leftOut!.wrong).toBe(steps.length);
    }),
    { numRuns: 300 },
  );
});
