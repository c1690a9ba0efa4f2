import { ProbedTimelineBuilder, TwoWayClock, type Exchange } from "@polychron/sync";

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

/** Bursts of eight every 2.5 s, one in eight quick, the others held up on one way or the other. */
function probes(minutes: number): Exchange[] {
  return Array.from({ length: minutes * 60 * 3.2 }, (_, index) => {
    const heldS = index % 8 === 3 ? 0 : 0.005 + ((index * 7919) % 1000) / 20_000;
    const atS = Math.floor(index / 8) * 2.5 + (index % 8) * 0.02;
    return index % 2 === 0 ? exchange(atS, 0.001 + heldS, 0.001) : exchange(atS, 0.001, 0.001 + heldS);
  });
}

test("a probed clock is known within half the shortest round trip, although most probes are held up", () => {
  const clock = new TwoWayClock();
  expect(clock.isSet).toBe(false);
  for (const each of probes(3)) clock.push(each);
  const atS = 178;
  expect(Math.abs(clock.hubUs(deviceS(atS)) / 1e6 - atS)).toBeLessThan(0.001);
});

test("blocks that arrive late do not move a probed clock, for only probes do", () => {
  const clock = new TwoWayClock();
  clock.push(exchange(10, 0.001, 0.001));
  const before = clock.hubUs(deviceS(20));
  clock.push(exchange(12, 3, 0.001));
  expect(clock.hubUs(deviceS(20))).toBe(before);
});

test("an exchange that runs backwards in time is left out", () => {
  const clock = new TwoWayClock();
  clock.push({ t1S: 5, t2S: 1, t3S: 2, t4S: 4 });
  clock.push({ t1S: 5, t2S: 2, t3S: 1, t4S: 6 });
  clock.push({ t1S: 5, t2S: 1, t3S: 9, t4S: 6 });
  expect(clock.isSet).toBe(false);
});

test("after the session the timeline of a probed device holds within its bound", () => {
  const builder = new ProbedTimelineBuilder();
  for (const each of probes(5)) builder.push(each);
  const timeline = builder.build();
  expect(timeline.method).toBe("two_way");
  for (const atS of [1, 60, 150, 299])
    expect(Math.abs(timeline.toSessionS(deviceS(atS), Infinity) - atS)).toBeLessThan(timeline.boundS!);
});

test("without an answer there is no timeline to fit", () => {
  expect(new ProbedTimelineBuilder().build().method).toBe("arrival");
});
