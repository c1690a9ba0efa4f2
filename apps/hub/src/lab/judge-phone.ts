import type { TruePhoneFile } from "@polychron/devices";
import type { FileEntry, StreamCounts } from "@polychron/session/format";
import { ClockTruth } from "./alignment/clock-truth.js";
import type { Evidence } from "./evidence.js";
import { readPhoneTruth } from "./phone/phone-truth.js";
import { SampleTable, type TableComparison } from "./phone/sample-table.js";
import type { SimulatedStream, SimulatedUpload } from "./simulated-stream.js";

/** All that an emulated phone made. */
export interface PhoneRecord {
  readonly streams: ReadonlyMap<string, SampleTable>;
  readonly files: readonly TruePhoneFile[];
  readonly clock: ClockTruth;
}

const NOTHING: TableComparison = {
  ...{ matched: 0, invented: 0, altered: 0, doubled: 0, values: 0, missing: 0 },
  lostAtRestart: 0,
};
/** Who orders these takes the phone out of the network for a while. */
const AWAY: readonly string[] = ["vanish", "reboot", "slow-reader", "sleep"];
const TAIL_TOLERANCE = 2;

/** Reads a phone's truth file. */
export async function readPhoneRecord(truthPath: string): Promise<PhoneRecord> {
  const streams = new Map<string, SampleTable>();
  const files: TruePhoneFile[] = [];
  const clock = new ClockTruth();
  for await (const truth of readPhoneTruth(truthPath)) {
    if ("file" in truth) files.push(truth.file);
    else if ("clock" in truth) clock.add(truth.clock);
    else tableOf(streams, truth.sample.stream).add(truth.sample);
  }
  return { streams, files, clock };
}

function tableOf(streams: Map<string, SampleTable>, stream: string): SampleTable {
  const table = streams.get(stream) ?? new SampleTable();
  streams.set(stream, table);
  return table;
}

/**
 * A stream of an emulated phone: what is on disk is what the phone made, nothing twice and nothing left out. A phone that
 * was away at the stop sends the rest as a file; only what a restart wipes from its memory is lost, and by order.
 */
export async function judgePhone(
  record: PhoneRecord,
  counts: StreamCounts,
  evidence: Evidence,
  ordered: readonly string[],
): Promise<SimulatedStream> {
  const { device, stream, expected, received, written } = counts;
  const compared = await compare(record.streams.get(stream), counts, evidence);
  const rateHz = evidence.streamFile(device, stream)?.sidecar?.nominal_rate_hz ?? 0;
  const gapsLogged = evidence.gapsLogged(device, stream);
  const early = evidence.gapsLogged(device, stream, "out_of_order");
  const sent = sentAfterwards(evidence.filesOf(device), stream);
  const [lost, filled] = [expected - written, compared.matched - written];
  return {
    ...{ device, stream, expected, received, written, lost },
    lost_by_order: compared.lostAtRestart,
    lost_without_order: compared.missing,
    not_made: notMade(record, stream, rateHz),
    filled_later: filled,
    gaps_logged: gapsLogged,
    values_compared: compared.values,
    samples_altered: compared.altered,
    samples_invented: compared.invented,
    ok:
      isWhatWasMade(compared, written, sent) &&
      received === written &&
      gapsLogged === lost &&
      (compared.lostAtRestart === 0 || ordered.includes("reboot")) &&
      isTailRight(counts, early, { filled, isRegular: rateHz > 0, mayBeSilent: ordered.some(isAway) }),
  };
}

/** Samples of the stream that came as a file after the recording: they may repeat what was streamed. */
function sentAfterwards(files: readonly FileEntry[], stream: string): number {
  const sent = files.filter((file) => file["file_id"] !== undefined && file.file_type === stream);
  return sent.reduce((sum, file) => sum + (file.samples ?? 0), 0);
}

/** What was sent afterwards may repeat what was written; the reader leaves that out. */
function isWhatWasMade(compared: TableComparison, written: number, sent: number): boolean {
  const { matched, doubled, invented, altered, missing } = compared;
  const isAllKnown = invented === 0 && altered === 0 && doubled === 0;
  return written > 0 && missing === 0 && isAllKnown && matched >= written && matched <= written + sent;
}

/**
 * Only a phone that was away may be silent at the stop. The hub counts that tail by the clock, and what the phone had begun
 * to send by its numbers; what the phone then sends fills it, but for a sample at each end. An irregular stream has no tail that could be counted.
 */
function isTailRight(
  { expected, written, expected_extrapolated: silent }: StreamCounts,
  early: number,
  { filled, isRegular, mayBeSilent }: { filled: number; isRegular: boolean; mayBeSilent: boolean },
): boolean {
  const tail = silent + early;
  if (expected - written !== tail || (tail > 0 && !mayBeSilent)) return false;
  return !isRegular || filled >= tail - TAIL_TOLERANCE;
}

/** Sampling periods in which a phone was off: between the two clocks only the truth about them tells how many. */
function notMade({ streams, clock }: Pick<PhoneRecord, "streams" | "clock">, stream: string, rateHz: number): number {
  const periods = (streams.get(stream)?.holes ?? []).map(({ fromS, toS }) => {
    const [fromUs, toUs] = [clock.hubUs(fromS, 0), clock.hubUs(toS, 0)];
    return fromUs === undefined || toUs === undefined ? 0 : ((toUs - fromUs) / 1e6) * rateHz;
  });
  return periods.reduce((sum, count) => sum + Math.max(0, Math.round(count) - 1), 0);
}

function isAway(kind: string): boolean {
  return AWAY.includes(kind);
}

async function compare(
  table: SampleTable | undefined,
  { device, stream }: StreamCounts,
  evidence: Evidence,
): Promise<TableComparison> {
  const file = evidence.streamFile(device, stream);
  if (table === undefined || file === undefined) return NOTHING;
  for await (const rows of evidence.reader.blocks(file)) table.compare(rows);
  return table.result;
}

/** Every file that a phone closed against what the session has of it, and every file of the session that no phone closed. */
export function judgeUploads(
  device: string,
  made: readonly TruePhoneFile[],
  files: readonly FileEntry[],
  hashes: ReadonlyMap<string, string>,
): readonly SimulatedUpload[] {
  const known = new Set(made.map((file) => file.fileId));
  const invented = files.filter((entry) => entry["file_id"] !== undefined && !known.has(String(entry["file_id"])));
  return [
    ...made.map((file) => judgeUpload(device, file, files, hashes)),
    ...invented.map((entry) => ({
      ...{ device, file_id: String(entry["file_id"]), path: entry.file_path },
      ...{ sha256_on_phone: "", sha256: entry.sha256, ok: false },
    })),
  ];
}

function judgeUpload(
  device: string,
  made: TruePhoneFile,
  files: readonly FileEntry[],
  hashes: ReadonlyMap<string, string>,
): SimulatedUpload {
  const entry = files.find((file) => file["file_id"] === made.fileId);
  const sha256 = entry === undefined ? null : (hashes.get(entry.file_path) ?? null);
  return {
    ...{ device, file_id: made.fileId, path: entry?.file_path ?? null, sha256_on_phone: made.sha256, sha256 },
    ok: entry?.complete === true && sha256 === made.sha256 && entry.sha256 === made.sha256,
  };
}
