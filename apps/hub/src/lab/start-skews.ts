import type { SessionMetadata } from "@polychron/session/format";

/** How the devices of a simulation kept to starts and stops, by the session's own metadata. */
export interface SimulatedStarts {
  /** Over every regular stream of every device that was there at the start; null where nothing was kept. */
  readonly skew_p99_ms: number | null;
  readonly skew_max_ms: number | null;
  readonly devices: readonly SimulatedStart[];
}

/** One device in one recording. */
export interface SimulatedStart {
  readonly device: string;
  readonly recording: number;
  readonly start: "on_time" | "late" | "never";
  /** Of a device that records on itself, by its own word. */
  readonly own_start: "on_time" | "late" | "never" | null;
  readonly stop: "on_time" | "late" | "never" | null;
  /** First kept sample or frame against the scheduled start, less up to one period; the largest of its streams. */
  readonly skew_ms: number | null;
  /** It came behind the start, and with it its first samples. */
  readonly joined_late: boolean;
  readonly rejoined: number;
}

/** What the metadata say of starts and stops. */
export function startSkews({ recordings }: Pick<SessionMetadata, "recordings">): SimulatedStarts {
  const devices = recordings.flatMap(({ number, coordination }) =>
    (coordination ?? []).map(({ device, start, stop, joined_late_t_s, rejoined }): SimulatedStart => ({
      ...{ device, recording: number, start: start.status, own_start: start.own?.status ?? null },
      ...{ stop: stop?.status ?? null, skew_ms: start.skew_s === null ? null : start.skew_s * 1000 },
      ...{ joined_late: joined_late_t_s !== null && start.status !== "on_time", rejoined: rejoined.length },
    })),
  );
  const skews = recordings.flatMap(({ number, streams }) => {
    const late = devices.filter(({ recording, joined_late }) => recording === number && joined_late);
    const isLate = (id: string): boolean => late.some(({ device }) => device === id);
    return streams.flatMap(({ device, start_skew_s: s }) => (s === null || isLate(device) ? [] : [s * 1000]));
  });
  skews.sort((one, other) => one - other);
  return {
    skew_p99_ms: skews[Math.ceil(0.99 * skews.length) - 1] ?? null,
    skew_max_ms: skews.at(-1) ?? null,
    devices,
  };
}
