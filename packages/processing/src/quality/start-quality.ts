import type { DeviceCoordination, DeviceQuality, RecordingEntry } from "@polychron/session/format";

type StartQuality = DeviceQuality["starts"][number];

/** How a device kept to the start of each recording, as the metadata tell; none for recordings that do not say. */
export function startQualities(device: string, recordings: readonly RecordingEntry[]): StartQuality[] {
  return recordings.flatMap(({ number, start_t_s: startS, coordination }) => {
    const entry = coordination?.find((known) => known.device === device);
    return entry === undefined ? [] : [startQuality(number, startS, entry)];
  });
}

function startQuality(recording: number, startS: number, entry: DeviceCoordination): StartQuality {
  const { start, joined_late_t_s: joinedS, rejoined, retried_t_s: retried } = entry;
  return {
    recording,
    status: start.status,
    skew_s: start.skew_s,
    reason: start.reason,
    own_status: start.own?.status ?? null,
    own_skew_s: start.own?.skew_s ?? null,
    joined_late_s: joinedS === null ? null : Math.max(0, joinedS - startS),
    rejoined: rejoined.length,
    retried: retried.length,
  };
}

/** Starts against the schedule, seconds; `Infinity` for one that never came. By the metadata where they tell, else by the streams. */
export function skewsOf(starts: readonly StartQuality[], streamSkewsS: readonly (number | null)[]): number[] {
  if (starts.length === 0) return streamSkewsS.filter((skewS) => skewS !== null);
  return starts.flatMap(({ status, skew_s: skewS }) => (status === "never" ? Infinity : (skewS ?? [])));
}
