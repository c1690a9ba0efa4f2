import type { ProbeEpoch, ProbeFit, BurstPoint } from "@polychron/sync";
import type { SessionMetadata, StreamQuality } from "@polychron/session/format";
import {
  clockQuality,
  LogTally,
  RoundTrips,
  type ClockFacts,
  type DeviceFacts,
  type SessionFacts,
} from "@polychron/processing";

export const RECORDING = { number: 1, fromS: 10, toS: 610 };
const AWAY = { fromS: 300, toS: 345 };
const STEP = { atS: 420, jumpS: 0.25 };
const BURST_EVERY_S = 2.5;

/** Numbers from 0 to 1 that can be made again. */
function noise(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** How one clock was seen. */
export interface MadeClock {
  readonly boundS: number;
  readonly driftPpm: number;
  readonly seed: number;
  /** Away in the middle, and jumping later. */
  readonly isBad?: boolean;
  /** So many bursts miss their bound. */
  readonly outside?: number;
}

/** What a fit of all probes says, made of a line and some noise. */
export function madeFit({ boundS, driftPpm, seed, isBad = false, outside = 0 }: MadeClock): ProbeFit {
  const random = noise(seed);
  const jumpAt = (atS: number): number => (isBad && atS >= STEP.atS ? STEP.jumpS : 0);
  const theta = (atS: number): number => 1234 + driftPpm * 1e-6 * atS + jumpAt(atS) + 1e-4 * Math.sin(atS / 90 + seed);
  const times = Array.from({ length: 250 }, (_, burst) => burst * BURST_EVERY_S).filter(
    (atS) => !isBad || atS < AWAY.fromS || atS > AWAY.toS,
  );
  const estimate = (atS: number) => {
    const nearest = Math.min(...times.map((each) => Math.abs(each - atS)));
    const openS = nearest > BURST_EVERY_S ? nearest * 3e-4 : 0;
    const bound99S = boundS * (1 + 0.2 * Math.sin(atS / 40)) + openS;
    return { thetaS: theta(atS), bound99S, hardS: 2 * bound99S };
  };
  const bursts = times.map((atS, index): BurstPoint => ({
    atS,
    epoch: isBad && atS >= STEP.atS ? 1 : 0,
    outcome: index === 0 ? "first" : "taken",
    upperS: theta(atS) + boundS * (1 + random()),
    lowerS: theta(atS) - boundS * (1 + random()),
    answered: 8,
    asked: 8,
    predicted: estimate(atS),
    smoothed: estimate(atS),
    isOutside: index > 100 && index <= 100 + outside,
  }));
  const first: ProbeEpoch = {
    clockId: 1,
    cause: "first",
    fromS: 0,
    toS: 625,
    jumpS: null,
    bursts: bursts.length,
    driftPpm,
    driftWithinPpm: 0.2,
  };
  const second: ProbeEpoch = { ...first, cause: "step", fromS: STEP.atS, jumpS: STEP.jumpS, bursts: 80 };
  return {
    epochs: isBad ? [{ ...first, toS: STEP.atS }, second] : [first],
    bursts,
    asked: 2000,
    answered: isBad ? 1790 : 2000,
    outside,
    repeated: 0,
    absurd: 0,
    leftOut: { repeated: 0, refuted: 0, implausible: 0, backwards: 0 },
    largestBoundS: 2 * boundS,
    mappedBoundS: (atS) => estimate(atS).bound99S,
    estimate,
    hubS: (deviceS) => deviceS - theta(0),
  };
}

/** A clock that was asked. */
export function probed(clock: MadeClock): ClockFacts {
  const random = noise(clock.seed + 50);
  const trips = new RoundTrips();
  for (let exchange = 0; exchange < 2000; exchange++)
    trips.push(clock.boundS * 3 * (1 + 4 * random() ** 6 * (clock.isBad ? 30 : 1)));
  return { kind: "two_way", fit: madeFit(clock), roundTrips: trips.summary() };
}

/** A stream as it should be, but for what is said. */
export function stream(part: Partial<StreamQuality> & { stream: string }): StreamQuality {
  const rateHz = part.nominal_rate_hz ?? 100;
  return {
    recording: 1,
    method: "two_way",
    bound_s: 0.6e-3,
    bound_note: "",
    nominal_rate_hz: rateHz,
    effective_rate_hz: rateHz * 1.00002,
    expected: rateHz * 600,
    received: rateHz * 600,
    written: rateHz * 600,
    silent_s: 0,
    period_s: 1 / rateHz,
    first_t_s: RECORDING.fromS + 0.0041,
    start_distance_s: 0.0041,
    start_bound_s: 0.0003,
    start_skew_s: 0,
    live_start_skew_s: 0,
    ...part,
  };
}

/** When a stream had no samples. */
interface MadeSilence {
  readonly stream: string;
  readonly fromS: number;
  readonly toS: number;
}

/** What is said of a device; its clock as it was seen. */
type MadeDevice = Omit<Partial<DeviceFacts>, "clock" | "streams"> & {
  readonly device: string;
  readonly clock?: ClockFacts;
  readonly streams?: readonly StreamQuality[];
  readonly silences?: readonly MadeSilence[];
};

/** A device as it should be, but for what is said. */
export function device({
  clock,
  streams = [stream({ stream: "imu" })],
  silences = [],
  ...part
}: MadeDevice): DeviceFacts {
  const seen = clock ?? probed({ boundS: 0.5e-3, driftPpm: 12.3, seed: 1 });
  const recordings = (part.recordings ?? [RECORDING]).filter(({ number }) => number === 1);
  return {
    deviceType: "android_phone",
    simulated: true,
    clock: clockQuality(seen, { recordings, sampled: recordings }),
    log: new LogTally().facts(part.device),
    streams: streams.map((quality) => ({
      quality,
      silences: quality.silent_s === null ? undefined : silences.filter((each) => each.stream === quality.stream),
    })),
    starts: [],
    files: { complete: 3, total: 3 },
    recordings: [RECORDING],
    wasThere: true,
    confirmsStarts: false,
    ...part,
  };
}

function begun(start_distance_s: number, start_skew_s: number): Partial<StreamQuality> {
  return { start_distance_s, start_skew_s, first_t_s: RECORDING.fromS + start_distance_s };
}

/** A phone that was away, jumped, lost samples and began late. */
export function badPhone(name: string): DeviceFacts {
  const tally = new LogTally();
  const say = (event: string, t_s: number, details: object): void =>
    tally.take({ event, t_s, device: name, ...details } as never);
  say("device_lost", AWAY.fromS, {});
  say("gap", AWAY.toS, { stream: "imu", cause: "lost", samples: 4510 });
  say("gap", 512, { stream: "imu", cause: "lost", samples: 37 });
  say("device_reconnected", AWAY.toS, {});
  return device({
    device: name,
    clock: probed({ boundS: 2.4e-3, driftPpm: -41.7, seed: 4, isBad: true, outside: 3 }),
    log: tally.facts(name),
    streams: [
      stream({ stream: "imu", written: 55_453, ...begun(0.33, 0.32), bound_s: 9e-3, silent_s: 45 }),
      stream({ stream: "gsr", nominal_rate_hz: 20, expected: 12_000, written: 12_000, ...begun(0.36, 0.31) }),
    ],
    silences: [{ stream: "imu", ...AWAY }],
    files: { complete: 2, total: 3 },
  });
}

/** A sensor whose clock cannot be asked. */
export function oneWaySensor(name: string): DeviceFacts {
  const timeline = {
    method: "lower_envelope",
    boundS: 1.8e-3,
    boundNote: "Relative within the stream.",
    driftPpm: 6.4,
  };
  return device({
    device: name,
    deviceType: "shimmer_gsr",
    clock: { kind: "streams", timelines: [timeline] },
    streams: [
      stream({
        stream: "gsr",
        method: "lower_envelope",
        bound_s: 1.8e-3,
        nominal_rate_hz: 51.2,
        expected: 30_720,
        written: 30_720,
      }),
    ],
  });
}

/** A camera on the hub's own clock. */
export function hubCamera(name: string): DeviceFacts {
  const timeline = { method: "hub_clock", boundS: 4e-3, boundNote: "Stamped by the hub.", driftPpm: null };
  return device({
    device: name,
    deviceType: "pc_webcam",
    clock: { kind: "streams", timelines: [timeline] },
    streams: [
      stream({
        stream: "rgb",
        method: "hub_clock",
        bound_s: 4e-3,
        nominal_rate_hz: 30,
        expected: 18_000,
        written: 18_000,
      }),
    ],
  });
}

/** A session of ten minutes with these devices. */
export function madeSession(devices: readonly DeviceFacts[]): SessionFacts {
  return {
    metadata: {
      session_id: "stroop_20250731_143022",
      session_name: "Stroop P07",
      session_uuid: "1b671a64-40d5-491e-99b0-da01ff1f3341",
      start_time: "2025-07-31T14:30:22.000000+02:00",
      duration: 625,
      status: "completed",
      clock: { epochs: [], steps: [] },
    } as unknown as SessionMetadata,
    software: { name: "polychron", version: "0.1.0" },
    devices,
    recordings: [{ number: 1, start_t_s: RECORDING.fromS, stop_t_s: RECORDING.toS }],
    cues: [],
    incomplete: [],
  };
}
