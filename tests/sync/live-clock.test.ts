import { Burst, LiveClock } from "@polychron/sync";
import {
  PhoneClock,
  probeSession,
  randomStream,
  WIFI_BUSY,
  WIFI_QUIET,
  type LinkModel,
  type Probe,
} from "./probed-link.js";

const SESSION_S = 1800;

/** The clock after every burst that was complete by a hub time. */
function clockAt(bursts: readonly (readonly Probe[])[], atS: number): LiveClock {
  const clock = new LiveClock(0);
  const burst = new Burst();
  for (const probes of bursts) {
    fill(burst, probes);
    if (burst.endS > atS) break;
    clock.push(burst);
  }
  return clock;
}

function fill(burst: Burst, probes: readonly Probe[], shiftS = 0): void {
  burst.clear();
  for (const { t1S, t2S, t3S, t4S } of probes) burst.add(t1S, t2S + shiftS, t3S + shiftS, t4S, 0);
}

test("the generator of the links gives the reference's own numbers", () => {
  const random = randomStream(1, 5);
  expect([random(), random(), random()].map((value) => value.toFixed(12))).toEqual([
    "0.798424273264",
    "0.642631293274",
    "0.928607979324",
  ]);
  const [first] = probeSession(1, WIFI_QUIET, new PhoneClock(1, SESSION_S + 5), SESSION_S);
  expect(Object.values(first![0]!).map((value) => (value as number).toFixed(9))).toEqual([
    "0.050018939",
    "3828.296226884",
    "3828.296315627",
    "0.052992063",
  ]);
});

test.each<[string, LinkModel, readonly [number, number, number]]>([
  ["a quiet Wi-Fi", WIFI_QUIET, [3828.280407233, 0.000560357, 0.000948645]],
  ["a busy Wi-Fi", WIFI_BUSY, [3828.280410809, 0.000718604, 0.001161396]],
])("over %s the estimate and both bounds are the reference's, to the nanosecond", (_name, model, wanted) => {
  const bursts = probeSession(1, model, new PhoneClock(1, SESSION_S + 5), SESSION_S);
  const { thetaS, bound99S, hardS } = clockAt(bursts, 1799).estimate(1799)!;
  expect([thetaS, bound99S, hardS].map((value) => value.toFixed(9))).toEqual(wanted.map((value) => value.toFixed(9)));
});

test("the hard bound holds at every burst of a busy session, and the error stays below a millisecond", () => {
  const truth = new PhoneClock(2, 605);
  const clock = new LiveClock(0);
  const burst = new Burst();
  for (const probes of probeSession(2, WIFI_BUSY, truth, 600)) {
    fill(burst, probes);
    clock.push(burst);
    const { thetaS, hardS } = clock.estimate(burst.endS)!;
    const errorS = Math.abs(thetaS - truth.thetaS(burst.endS));
    expect(errorS).toBeLessThanOrEqual(hardS);
    if (burst.atS > 15) expect(errorS).toBeLessThan(0.001);
  }
});

test.each([-12.3, 0.006])("a step of %d s is found, and a bound that is small is never wrong", (stepS) => {
  const truth = new PhoneClock(3, 305);
  const clock = new LiveClock(0);
  const burst = new Burst();
  const outcomes: string[] = [];
  for (const probes of probeSession(3, WIFI_QUIET, truth, 300)) {
    const shiftS = probes[0]!.t1S >= 150 ? stepS : 0;
    fill(burst, probes, shiftS);
    outcomes.push(clock.push(burst));
    const { thetaS, hardS } = clock.estimate(burst.endS)!;
    expect(Math.abs(thetaS - truth.thetaS(burst.endS) - shiftS)).toBeLessThanOrEqual(hardS);
  }
  expect(outcomes.filter((outcome) => outcome === "step")).toHaveLength(1);
  expect(clock.epochS).toBeGreaterThanOrEqual(150);
});

test("an exchange that runs backwards in time is left out of its burst", () => {
  const burst = new Burst();
  expect(burst.add(1, 5, 6, 0.5, 0)).toBe(false);
  expect(burst.add(1, 6, 5, 2, 0)).toBe(false);
  expect(burst.add(1, 5, 7, 2, 0)).toBe(false);
  expect(burst.add(1, Number.NaN, 7, 2, 0)).toBe(false);
  expect(burst.count).toBe(0);
});

test("values later in a session never change an estimate that was given", () => {
  const bursts = probeSession(4, WIFI_QUIET, new PhoneClock(4, 305), 300);
  const early = clockAt(bursts.slice(0, 60), 100).estimate(100);
  expect(clockAt(bursts, 100).estimate(100)).toEqual(early);
});
