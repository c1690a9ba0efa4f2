import { TwoWayClock, type BurstReport, type Exchange } from "@polychron/sync";
import { askLive, probedRun } from "@polychron/sync/link-model";

const DEVICE_AHEAD_S = 5_000;
const DRIFT = 30e-6;

/** What the device's clock shows at a hub time. */
function deviceS(hubS: number): number {
  return hubS * (1 + DRIFT) + DEVICE_AHEAD_S;
}

/** A probe sent at a hub time over a way down and a way up of given lengths. */
function exchange(t1S: number, downS: number, upS: number): Exchange {
  const t2S = deviceS(t1S + downS);
  return { t1S, t2S, t3S: t2S + 20e-6, t4S: t1S + downS + 20e-6 / (1 + DRIFT) + upS };
}

/** The same by a clock that shows so much more. */
function shifted({ t1S, t2S, t3S, t4S }: Exchange, byS: number): Exchange {
  return { t1S, t2S: t2S + byS, t3S: t3S + byS, t4S };
}

/** Bursts of eight every 2.5 s, one in eight quick, the others held up on one way or the other. */
function probes(minutes: number): Exchange[] {
  return Array.from({ length: minutes * 60 * 3.2 }, (_, index) => {
    const heldS = index % 8 === 3 ? 0 : 0.005 + ((index * 7919) % 1000) / 20_000;
    const atS = Math.floor(index / 8) * 2.5 + (index % 8) * 0.02;
    return index % 2 === 0 ? exchange(atS, 0.001 + heldS, 0.001) : exchange(atS, 0.001, 0.001 + heldS);
  });
}

function reporting(): { clock: TwoWayClock; reports: BurstReport[] } {
  const reports: BurstReport[] = [];
  return { clock: new TwoWayClock({ onOutcome: (report) => reports.push(report) }), reports };
}

test("a probed clock is known within half the shortest round trip, although most probes are held up", () => {
  const clock = new TwoWayClock();
  expect(clock.isSet).toBe(false);
  expect(clock.estimate(0)).toBeUndefined();
  for (const each of probes(3)) clock.push(each);
  const atS = 178;
  expect(Math.abs(clock.hubUs(deviceS(atS)) / 1e6 - atS)).toBeLessThan(0.001);
  const { thetaS, hardS, bound99S, driftPpm } = clock.estimate(atS)!;
  expect(Math.abs(thetaS - (deviceS(atS) - atS))).toBeLessThanOrEqual(Math.min(hardS, bound99S));
  expect(driftPpm).toBeCloseTo(30, 0);
});

test("it says what the estimator says that is fed whole bursts", () => {
  const run = probedRun({ link: "wifi-busy" }, 1);
  const clock = new TwoWayClock();
  for (const each of run.bursts.flat()) if (each.t4S <= 300) clock.push(each);
  const [asked] = askLive({ ...run, bursts: run.bursts.filter((burst) => burst.at(-1)!.t4S <= 300) }, [301.5]).asked;
  expect(clock.estimate(301.5)).toMatchObject({ ...asked!.estimate });
});

test("before the first burst is complete its answers so far are used", () => {
  const clock = new TwoWayClock();
  clock.push(exchange(10, 0.003, 0.001));
  const first = clock.estimate(10.01)!.hardS;
  clock.push(exchange(10.02, 0.001, 0.001));
  expect(clock.estimate(10.03)!.hardS).toBeLessThan(first);
});

test("a burst counts a second after its last question, without waiting for the next", () => {
  const { clock, reports } = reporting();
  for (const each of probes(1).slice(0, 8)) clock.push(each);
  clock.estimate(1.1);
  expect(reports).toEqual([]);
  clock.estimate(1.2);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toMatchObject({ outcome: "first", jumpS: null, isOutside: false });
  expect(reports[0]!.roundTripS).toBeCloseTo(0.002, 4);
});

test("blocks that arrive late do not move a probed clock, for only probes do", () => {
  const clock = new TwoWayClock();
  clock.push(exchange(10, 0.001, 0.001));
  const before = clock.hubUs(deviceS(20));
  clock.push(exchange(12, 3, 0.001));
  expect(Math.abs(clock.hubUs(deviceS(20)) - before)).toBeLessThan(10);
});

test("an exchange that runs backwards in time is left out", () => {
  const clock = new TwoWayClock();
  clock.push({ t1S: 5, t2S: 1, t3S: 2, t4S: 4 });
  clock.push({ t1S: 5, t2S: 2, t3S: 1, t4S: 6 });
  clock.push({ t1S: 5, t2S: 1, t3S: 9, t4S: 6 });
  clock.push({ t1S: Number.NaN, t2S: 1, t3S: 1, t4S: 6 });
  expect(clock.isSet).toBe(false);
});

test("a clock under a new name begins an epoch at once, whatever the old one said", () => {
  const { clock, reports } = reporting();
  for (const each of probes(2)) clock.push({ ...each, clockId: "a" });
  for (const each of probes(3).slice(384, 386)) clock.push({ ...shifted(each, -4_000), clockId: "b" });
  expect(clock.estimate(120.03)!.thetaS).toBeCloseTo(deviceS(120) - 120 - 4_000, 2);
  clock.estimate(125);
  expect(reports.at(-1)).toMatchObject({ outcome: "first", jumpS: null, isOutside: false });
  expect(reports.filter(({ outcome }) => outcome === "step")).toEqual([]);
});

test("a clock that jumps under its old name is told as a step with its size", () => {
  const { clock, reports } = reporting();
  for (const each of probes(3)) clock.push({ ...(each.t1S > 100 ? shifted(each, 0.25) : each), clockId: "a" });
  const steps = reports.filter(({ outcome }) => outcome === "step");
  expect(steps).toHaveLength(1);
  expect(steps[0]!.jumpS).toBeCloseTo(0.25, 2);
  expect(reports.filter(({ isOutside }) => isOutside)).toHaveLength(1);
});

test("after a reconnection over a longer way the clock is kept and no jump is told", () => {
  const { clock, reports } = reporting();
  const all = probes(4);
  for (const each of all.filter(({ t1S }) => t1S < 120)) clock.push(each);
  clock.pathChanged();
  for (const { t1S } of all.filter((each) => each.t1S >= 150)) clock.push(exchange(t1S, 0.004, 0.004));
  expect(new Set(reports.map(({ outcome }) => outcome))).toEqual(new Set(["first", "taken"]));
  expect(reports.some(({ isOutside }) => isOutside)).toBe(false);
});

test("a coarse clock's resolution is in its bound", () => {
  const hardS = (quantS: number): number => {
    const clock = new TwoWayClock();
    for (const each of probes(1)) clock.push({ ...each, quantS });
    return clock.estimate(60)!.hardS;
  };
  expect(hardS(0.001)).toBeGreaterThan(hardS(0) + 0.0004);
});

test("a device that is probed without a pause is known too", () => {
  const clock = new TwoWayClock();
  for (let index = 0; index < 1000; index++) clock.push(exchange(index * 0.05, 0.001, 0.001));
  expect(Math.abs(clock.estimate(50)!.thetaS - (deviceS(50) - 50))).toBeLessThan(0.0001);
});
