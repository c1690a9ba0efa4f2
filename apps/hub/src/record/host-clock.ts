/** All clocks of the computer, read at one moment. */
export interface HostReading {
  /** The hub's monotonic clock, microseconds. */
  readonly monotonicUs: number;
  /** The time of day, microseconds since 1970. */
  readonly utcUs: number;
  /** Since the computer was started, its sleep included, microseconds; null where the system does not tell. */
  readonly uptimeUs: number | null;
}

/** What happened to the clocks between two readings; seconds. */
export type HostChange =
  /** The time of day was set: by so much it moved against the monotonic clock. */
  | { readonly kind: "set"; readonly stepS: number }
  /** The computer slept: the monotonic clock stood still for so long. The time of day may have been set as well. */
  | { readonly kind: "slept"; readonly sleptS: number; readonly stepS: number }
  /** The hub itself was held up: nothing was read or written for so long. */
  | { readonly kind: "held_up"; readonly heldUpS: number };

/** The time of day is slewed by at most 0.5 ms a second; what exceeds this is a step. */
const STEP_US = 50e3;
/** The system tells its uptime in hundredths of a second. */
const SLEEP_US = 100e3;
/** Later than due by so much, the hub did not just wait for its turn. */
const HELD_UP_US = 5e6;

/** What happened between two readings that should lie so far apart; undefined when nothing did. */
export function hostChange(before: HostReading, now: HostReading, dueUs: number): HostChange | undefined {
  const passedUs = now.monotonicUs - before.monotonicUs;
  const stepUs = now.utcUs - before.utcUs - passedUs;
  const sleptUs = uptimePassedUs(before, now) - passedUs;
  if (sleptUs > SLEEP_US) return { kind: "slept", sleptS: sleptUs / 1e6, stepS: stepUs / 1e6 };
  if (Math.abs(stepUs) > STEP_US) return { kind: "set", stepS: stepUs / 1e6 };
  if (passedUs > dueUs + HELD_UP_US) return { kind: "held_up", heldUpS: (passedUs - dueUs) / 1e6 };
  return undefined;
}

/** By the uptime, or the monotonic clock where there is none: then a sleep looks like a time of day that was set forward. */
function uptimePassedUs(before: HostReading, now: HostReading): number {
  if (before.uptimeUs === null || now.uptimeUs === null) return now.monotonicUs - before.monotonicUs;
  return now.uptimeUs - before.uptimeUs;
}
