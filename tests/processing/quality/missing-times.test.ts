import { buildReport, LogTally } from "@polychron/processing";
import type { StreamQuality } from "@polychron/session/format";
import { device, madeSession, oneWaySensor, RECORDING, stream } from "./made-session.js";

/** The log of a device that was away between these times. */
function away(name: string, ...spans: readonly (readonly [fromS: number, toS: number])[]) {
  const tally = new LogTally();
  const say = (event: string, t_s: number): void => tally.take({ event, t_s, device: name } as never);
  for (const [fromS, toS] of spans) {
    say("device_lost", fromS);
    say("device_reconnected", toS);
  }
  return tally.facts(name);
}

function reportOn(part: Omit<Parameters<typeof device>[0], "device">) {
  return buildReport(madeSession([device({ device: "phone_1", ...part })]));
}

const imu = (part: Partial<StreamQuality> = {}): StreamQuality => stream({ stream: "imu", ...part });

test("of each absence it is told for how long the tables have no samples, and in the sentence in all", () => {
  const log = away("phone_1", [100, 103], [300, 312], [400, 402]);
  const silences = [
    { stream: "imu", fromS: 308, toS: 312.5 },
    { stream: "imu", fromS: 399.9, toS: 402.1 },
  ];
  const { devices, verdict } = reportOn({ log, streams: [imu({ silent_s: 6.7 })], silences });
  expect(devices[0]!.absences.map(({ without_samples_s: withoutS }) => withoutS)).toEqual([
    0,
    4.5,
    expect.closeTo(2.2),
  ]);
  expect(verdict.findings.map(({ text }) => text)).toContain(
    "It was away 3 times, 17\u00a0s of 10\u00a0min 0\u00a0s in all, and has no samples for 6.7\u00a0s (4.5\u00a0s at 05:00 and 2.2\u00a0s at 06:40).",
  );
});

test("a device that was away and delivered all of it is said to have samples of all that time", () => {
  const { verdict } = reportOn({ log: away("phone_1", [100, 112]) });
  expect(verdict.level).toBe("fair");
  expect(verdict.text).toContain("No sample is missing.");
  expect(verdict.findings[0]!.text).toBe(
    "It was away once, 12\u00a0s of 10\u00a0min 0\u00a0s, with samples of all that time.",
  );
});

test("a stretch without samples that touches two absences counts once", () => {
  const log = away("phone_1", [100, 103], [104, 106]);
  const silences = [{ stream: "imu", fromS: 101, toS: 105 }];
  const { devices } = reportOn({ log, streams: [imu({ silent_s: 4 })], silences });
  expect(devices[0]!.absences.map(({ without_samples_s: withoutS }) => withoutS)).toEqual([4, 0]);
});

test("no sample is missing is not said where a device that began anew has no samples, though all its numbers are there", () => {
  const silences = [{ stream: "imu", fromS: 200, toS: 205 }];
  const { verdict, devices } = reportOn({ streams: [imu({ silent_s: 5 })], silences });
  expect(verdict.text).toContain("There are no samples of phone_1 for 5\u00a0s.");
  expect(verdict.text).not.toContain("No sample is missing");
  expect(verdict.findings[0]!.text).toBe(
    "imu has no samples for 5\u00a0s at 03:20, and its numbering does not count them.",
  );
  expect(verdict.level).toBe("fair");
  expect(devices[0]!.scores.data.value).toBeCloseTo(1 - 5 / 600);
});

test("what the numbering counts as missing is missing once, not twice", () => {
  const silences = [{ stream: "imu", fromS: 200, toS: 205 }];
  const { verdict, devices } = reportOn({ streams: [imu({ silent_s: 5, written: 59_500 })], silences });
  expect(verdict.text).toContain("500 of 60\u202f000 samples (0.83\u00a0%) are missing.");
  expect(verdict.text).not.toContain("There are no samples");
  expect(devices[0]!.scores.data.value).toBeCloseTo(1 - 500 / 60_000);
});

test("a device that came late has no samples before, and that is told with its start alone", () => {
  const start = { status: "late", skew_s: 30, reason: null, code: null, own_status: null, own_skew_s: null } as const;
  const starts = [{ recording: 1, ...start, joined_late_s: 30, rejoined: 0, retried: 0 }];
  const silences = [{ stream: "imu", fromS: RECORDING.fromS, toS: RECORDING.fromS + 30 }];
  const late = { start_distance_s: 30, start_skew_s: 30 };
  const { verdict } = reportOn({ starts, streams: [imu({ silent_s: 30, ...late })], silences });
  expect(verdict.findings.map(({ text }) => text)).toEqual(["It joined recording 1 30\u00a0s after the start."]);
  expect(verdict.text).toContain("There are no samples of phone_1 for 30\u00a0s.");
});

test("a device without a regular stream cannot tell whether samples are missing", () => {
  const streams = [imu({ nominal_rate_hz: 0, silent_s: null, expected: null, written: null })];
  const { verdict } = reportOn({ log: away("phone_1", [100, 101]), streams });
  expect(verdict.findings[0]!.text).toContain("nothing tells whether samples are missing of that time");
});

test("every stream stands with its own bound, those of the same together", () => {
  const one = device({ device: "phone_1" });
  const wide = (name: string, boundS: number) => {
    const sensor = oneWaySensor(name);
    const [judged] = sensor.streams;
    const quality = { ...judged!.quality, method: "joint", bound_s: boundS };
    return {
      ...sensor,
      clock: { ...sensor.clock, method: "joint" as const, bound99_s: boundS },
      streams: [{ ...judged!, quality }],
    };
  };
  const { text } = buildReport(
    madeSession([one, wide("shimmer_1", 1.25e-3), wide("shimmer_2", 4e-3), wide("shimmer_3", 4e-3)]),
  ).verdict;
  expect(text).toContain("To within 1.3\u00a0ms: shimmer_1/gsr. To within 4\u00a0ms: shimmer_2/gsr and shimmer_3/gsr.");
});

test("a restart because of which samples are missing is the headline, and the absence comes after it", () => {
  const phone = device({
    device: "phone_1",
    log: away("phone_1", [200, 205]),
    streams: [imu({ silent_s: 5 })],
    silences: [{ stream: "imu", fromS: 200, toS: 205 }],
  });
  const [first] = phone.clock.epochs;
  const anew = { ...first!, cause: "clock" as const, from_t_s: 206 };
  const { verdict } = buildReport(madeSession([{ ...phone, clock: { ...phone.clock, epochs: [first!, anew] } }]));
  expect(verdict.findings.map(({ severity, text }) => [severity, text.slice(0, 18)])).toEqual([
    ["bad", "Its clock began an"],
    ["bad", "It was away once, "],
  ]);
  expect(verdict.text).toContain("phone_1 is bad. Its clock began anew at 03:26");
});
