import { z } from "zod";

/** Device ids are issued by the hub. */
export const deviceId = z.string().regex(/^[a-z0-9_]{1,40}$/);

const seconds = z.number();
/** Session seconds; null = it has not happened. */
const instant = seconds.nullable();

/**
 * `on_time`: it began (ended) within 0.05 s of the schedule; `late`: it did so later than that; `never`: not at all, as far as
 * is known.
 */
export const punctuality = z.enum(["on_time", "late", "never"]);

/** How far ahead an instant was scheduled, and why so far. */
export const schedulePlan = z.looseObject({
  /** From the order to the scheduled instant, milliseconds. */
  lead_ms: z.number().nonnegative(),
  /** What decided it: the lead that is set, or the slowest device, which needs more. */
  because: z.enum(["setting", "device"]),
  /** The device that needs the longest by what was measured lately; null where none needs any time. */
  slowest: z.looseObject({ device: deviceId, needs_ms: z.number().nonnegative() }).nullable(),
});

/** What a device that records on itself said of its own start. */
export const ownStart = z.looseObject({
  status: punctuality,
  /** Its first kept sample, and how late that is, less up to one period of the stream. */
  first_t_s: instant,
  skew_s: z.number().nonnegative().nullable(),
  /** When its answer came. */
  answered_t_s: instant,
  /** Why it did not start. */
  code: z.string().nullable(),
});

/** How a device kept to the scheduled start, by the samples that came to the hub. */
export const deviceStart = z.looseObject({
  status: punctuality,
  /** As seen live, the largest skew of its streams: first kept sample or frame against the scheduled start, less up to one period. */
  skew_s: z.number().nonnegative().nullable(),
  /** First kept sample of the stream that began last. */
  first_t_s: instant,
  /** Why it did not begin: `gone` (not there, or not live), `refused`, `no_sample` (none within the limit). */
  reason: z.enum(["gone", "refused", "no_sample"]).nullable(),
  /** Regular streams of which no sample was kept. */
  silent: z.array(z.string()),
  /** Null for a device that records nothing on itself, or has not answered yet. */
  own: ownStart.nullable(),
});

/** How a device kept to the scheduled stop. */
export const deviceStop = z.looseObject({
  status: punctuality,
  /** How far before the stop the last kept sample lies, less up to one period; the largest of its streams. */
  skew_s: z.number().nonnegative().nullable(),
  /** Last kept sample of the stream that ended first. */
  last_t_s: instant,
  reason: z.enum(["gone", "no_answer", "no_sample"]).nullable(),
  /** When a device that records on itself said that its files are closed. */
  answered_t_s: instant,
});

/** How one device took part in a recording. */
export const deviceCoordination = z.looseObject({
  device: deviceId,
  start: deviceStart,
  /** Null while the recording runs, and where a crash ended it. */
  stop: deviceStop.nullable(),
  /** When it joined, for a device that came after the start. */
  joined_late_t_s: instant,
  /** When it was away and came back in mid-recording, the newest 100; `lost_t_s` null where it simply began anew. */
  rejoined: z.array(z.looseObject({ lost_t_s: instant, back_t_s: seconds })),
  /** When it was told again to start, the newest 100: it had not heard it, had not done it, or had begun anew. */
  retried_t_s: z.array(seconds),
});

export type Punctuality = z.infer<typeof punctuality>;
export type SchedulePlan = z.infer<typeof schedulePlan>;
export type OwnStart = z.infer<typeof ownStart>;
export type DeviceStart = z.infer<typeof deviceStart>;
export type DeviceStop = z.infer<typeof deviceStop>;
export type DeviceCoordination = z.infer<typeof deviceCoordination>;

/** Entries with those of the same device replaced by newer ones. */
export function withCoordination(
  known: readonly DeviceCoordination[],
  newer: readonly DeviceCoordination[],
): DeviceCoordination[] {
  const byDevice = new Map([...known, ...newer].map((entry) => [entry.device, entry]));
  return [...byDevice.values()];
}
