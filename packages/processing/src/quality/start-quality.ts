import type { DeviceCoordination, DeviceQuality, RecordingEntry, StreamQuality } from "@polychron/session/format";
import type { DeviceLogFacts } from "./log-tally.js";
import { holdsTime } from "./spans.js";

type StartQuality = DeviceQuality["starts"][number];

/** What the log tells of why a device never began. */
export type StartLog = Pick<DeviceLogFacts, "away" | "errors">;

/** How a device kept to the start of each recording, as the metadata tell; none for recordings that do not say. */
export function startQualities(device: string, recordings: readonly RecordingEntry[], log: StartLog): StartQuality[] {
  return recordings.flatMap((recording) => {
    const entry = recording.coordination?.find((known) => known.device === device);
    return entry === undefined ? [] : [startQuality(recording, entry, log)];
  });
}

function startQuality(
  { number: recording, start_t_s: startS, stop_t_s: stopS }: RecordingEntry,
  entry: DeviceCoordination,
  log: StartLog,
): StartQuality {
  const { start, joined_late_t_s: joinedS, rejoined, retried_t_s: retried } = entry;
  const isIn = start.status !== "never";
  const code = isIn ? null : (start.own?.code ?? lastError(log, stopS ?? Infinity));
  // A device that was connected and yet not live had been kept out: the hub takes no samples from it.
  const isKeptOut = start.reason === "gone" && code !== null && !holdsTime(log.away, startS);
  return {
    recording,
    status: start.status,
    skew_s: start.skew_s,
    reason: isKeptOut ? "refused" : start.reason,
    code,
    own_status: start.own?.status ?? null,
    own_skew_s: start.own?.skew_s ?? null,
    joined_late_s: joinedS === null ? null : Math.max(0, joinedS - startS),
    rejoined: rejoined.length,
    retried: retried.length,
  };
}

function lastError({ errors }: StartLog, untilS: number): string | null {
  return errors.findLast(({ atS }) => atS <= untilS)?.code ?? null;
}

/**
 * Starts against the schedule, seconds; `Infinity` for one that never came. By the streams' times as they were fitted after
 * the session; by what was seen live where these tell nothing.
 */
export function skewsOf(
  starts: readonly StartQuality[],
  streams: readonly Pick<StreamQuality, "recording" | "start_skew_s" | "live_start_skew_s">[],
): number[] {
  const never = starts.filter(({ status }) => status === "never").map(({ recording }) => recording);
  const begun = streams.filter(({ recording }) => recording === null || !never.includes(recording));
  const skews = begun.flatMap(({ start_skew_s: skewS, live_start_skew_s: liveS }) => skewS ?? liveS ?? []);
  const told =
    skews.length > 0 ? skews : starts.flatMap(({ status, skew_s: skewS }) => (status === "never" ? [] : (skewS ?? [])));
  return [...told, ...never.map(() => Infinity)];
}
