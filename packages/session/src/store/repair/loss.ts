import { groupStreams } from "../../format/index.js";
import type { SalvagedFile } from "./salvage-data.js";

/**
 * The longest time that a sample may have waited unwritten, seconds: a killed hub loses what it still held in memory, a PC that
 * went down also what the disk had not confirmed (the durability class of samples).
 */
export const TAIL_AT_MOST_S = { hubKilled: 0.25, powerCut: 1.5 } as const;
/** The same of what a phone streams: it keeps what is not on the disk, and the hub writes and syncs it at once, but seldom (`KEPT_FLUSH`). */
export const KEPT_TAIL_AT_MOST_S = { hubKilled: 1.5, powerCut: 2 } as const;

/** What an interruption cost one stream. */
export interface StreamLossReport {
  readonly device: string;
  readonly stream: string;
  readonly stamp: string;
  /** Number, session second of arrival of the last good sample; `null` when there is none. */
  readonly last_seq: number | null;
  readonly last_t_s: number | null;
  /** Sample numbers missing between the first and the last: exact, by the device's own numbering. */
  readonly missing: number;
  /** At most so much came after the last good sample and was lost: a bound. */
  readonly tail_at_most_s: number;
  readonly tail_at_most_samples: number | null;
  readonly [detail: string]: string | number | null;
}

/** What was lost of the streams that nobody finished; `tailOf` is the bound for what came after their last sample, seconds. */
export function lossOf(
  files: readonly SalvagedFile[],
  tailOf: (file: SalvagedFile) => number,
  rateOf: (file: SalvagedFile) => number | undefined,
): StreamLossReport[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const groups = groupStreams([...byPath.keys()]).map((group) => group.parts.map((path) => byPath.get(path)!));
  return groups
    .filter((parts) => parts.some((file) => file.wasUnfinished))
    .map((parts) => streamLoss(parts, tailOf(parts[0]!), rateOf(parts[0]!)));
}

function streamLoss(parts: readonly SalvagedFile[], tailS: number, rateHz: number | undefined): StreamLossReport {
  const { deviceId, fileType, stamp } = parts[0]!.name;
  const last = parts.findLast((file) => file.measured.csv?.samples !== undefined)?.measured.csv?.samples;
  return {
    device: deviceId,
    stream: fileType,
    stamp,
    last_seq: last?.lastSeq ?? null,
    last_t_s: last?.lastArrivalS ?? null,
    missing: missingSamples(parts),
    tail_at_most_s: tailS,
    tail_at_most_samples: rateHz === undefined || rateHz === 0 ? null : Math.ceil(rateHz * tailS),
  };
}

/** Sample numbers that are in none of a stream's parts, between its first and its last. */
export function missingSamples(parts: readonly SalvagedFile[]): number {
  const spans = parts.flatMap(({ measured }) => (measured.csv?.samples === undefined ? [] : [measured.csv]));
  if (spans.length === 0) return 0;
  const first = Math.min(...spans.map(({ samples }) => samples!.firstSeq));
  const last = Math.max(...spans.map(({ samples }) => samples!.lastSeq));
  const rows = spans.reduce((sum, { tail }) => sum + tail.rows, 0);
  return Math.max(0, last - first + 1 - rows);
}
