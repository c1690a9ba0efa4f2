import type { SessionEvent } from "@polychron/session/model";
import { LogTally, RoundTrips } from "@polychron/processing";

function tallied(...events: readonly [event: string, t_s: number, details?: object][]): LogTally {
  const tally = new LogTally();
  for (const [event, t_s, details] of events)
    tally.take({ event, t_s, device: "phone_1", ...details } as unknown as SessionEvent);
  return tally;
}

test("gaps are added up by stream and cause, the largest first", () => {
  const { losses } = tallied(
    ["gap", 1, { stream: "imu", cause: "lost", samples: 3 }],
    ["gap", 2, { stream: "gsr", cause: "lost", samples: 9 }],
    ["gap", 3, { stream: "imu", cause: "lost", samples: 4 }],
    ["gap", 4, { cause: "device_restarted" }],
  ).facts("phone_1");
  expect(losses).toEqual([
    { stream: "gsr", cause: "lost", gaps: 1, samples: 9 },
    { stream: "imu", cause: "lost", gaps: 2, samples: 7 },
    { stream: "", cause: "device_restarted", gaps: 1, samples: 0 },
  ]);
});

test("of very many gaps the largest are listed, in the order of time, and all are counted", () => {
  const gaps = Array.from({ length: 1000 }, (_, at): [string, number, object] => [
    "gap",
    at,
    { stream: "imu", cause: "lost", samples: (at * 7919) % 1000 },
  ]);
  const { losses, largestGaps } = tallied(...gaps).facts("phone_1");
  expect(losses[0]!.gaps).toBe(1000);
  expect(largestGaps).toHaveLength(200);
  expect(Math.min(...largestGaps.map(({ samples }) => samples))).toBe(800);
  expect(largestGaps.map(({ t_s }) => t_s)).toEqual(largestGaps.map(({ t_s }) => t_s).sort((a, b) => a - b));
});

test("a device is away from its loss to its return, however often either is told", () => {
  const { away } = tallied(
    ["device_lost", 5],
    ["device_disconnected", 6],
    ["device_reconnected", 8],
    ["device_connected", 9],
    ["device_lost", 20],
  ).facts("phone_1");
  expect(away).toEqual([
    { fromS: 5, toS: 8 },
    { fromS: 20, toS: Infinity },
  ]);
});

test("a device that the log never named has nothing against it", () => {
  const { losses, away, acknowledged } = tallied().facts("phone_9");
  expect([losses, away, [...acknowledged]]).toEqual([[], [], []]);
});

test("round trips are counted in bins of equal ratio, the shortest and the longest kept exactly", () => {
  const trips = new RoundTrips();
  for (const roundTripS of [0.001, 0.002, 0.002, 0.05, Number.NaN, -1, 1e9 / 0]) trips.push(roundTripS);
  const summary = trips.summary()!;
  expect(summary.counts.reduce((sum, count) => sum + count)).toBe(4);
  expect([summary.min_s, summary.max_s]).toEqual([0.001, 0.05]);
  expect(summary.median_s! / 0.002).toBeCloseTo(1, 0);
  expect(summary.edges_s).toHaveLength(summary.counts.length + 1);
});

test("without a single round trip there is no histogram", () => {
  expect(new RoundTrips().summary()).toBeNull();
});
