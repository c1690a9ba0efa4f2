import type { RecordingEntry, StreamCounts, StreamQuality } from "@polychron/session/format";
import { lengthS, type Span } from "./spans.js";
import { startOf } from "./stream-start.js";
import { silencesIn, type SampledTimes } from "./stream-silence.js";

/** One table of a stream on session time, as far as a report needs it. */
export interface TableFacts extends SampledTimes {
  readonly deviceId: string;
  readonly fileType: string;
  readonly recording: number | null;
  readonly effectiveRateHz: number | null;
  readonly timeline: { readonly method: string; readonly boundS: number | null; readonly boundNote: string };
  /** Session time of the first row that counts, and how far it may be off, seconds; null where nothing tells. */
  readonly beginS: number | null;
  readonly beginBoundS: number | null;
}

/** A recording as the metadata have it, and on session time. */
export interface RecordedRun {
  readonly entry: RecordingEntry;
  readonly span: Span;
}

/** A stream in one recording, and when it had no samples there. */
export interface JudgedStream {
  readonly quality: StreamQuality;
  /** Undefined for an irregular stream, or where there is no table: nothing tells. */
  readonly silences: readonly Span[] | undefined;
}

/** The streams of one device: what was counted live beside how its times were obtained; a stream without a file is there too. */
export function streamQualities(
  device: string,
  tables: readonly TableFacts[],
  runs: readonly RecordedRun[],
): JudgedStream[] {
  const own = tables.filter(({ deviceId }) => deviceId === device);
  const counted = runs.flatMap(({ entry }) =>
    entry.streams.filter((counts) => counts.device === device).map((counts) => ({ number: entry.number, counts })),
  );
  const countsOf = (table: TableFacts): StreamCounts | undefined =>
    counted.find(({ number, counts }) => number === table.recording && counts.stream === streamOf(table))?.counts;
  const lacking = counted.filter(
    ({ number, counts }) => !own.some((table) => table.recording === number && streamOf(table) === counts.stream),
  );
  const runOf = ({ recording }: TableFacts): Span | undefined =>
    runs.find(({ entry }) => entry.number === recording)?.span;
  return [
    ...own.map((table) => withTable(table, runOf(table), countsOf(table))),
    ...lacking.map(({ number, counts }) => ({ quality: withoutTable(number, counts), silences: undefined })),
  ];
}

/** A video's table is that of its frames; the stream is the video. */
function streamOf({ fileType }: TableFacts): string {
  return fileType.replace(/_frames$/, "");
}

function withTable(table: TableFacts, run: Span | undefined, counts: StreamCounts | undefined): JudgedStream {
  const { recording, timeline, nominalRateHz, effectiveRateHz } = table;
  const silences = run === undefined ? undefined : silencesIn(run, table);
  const silentS = silences === undefined ? null : lengthS(silences);
  const quality = {
    stream: streamOf(table),
    recording,
    method: timeline.method,
    bound_s: timeline.boundS,
    bound_note: timeline.boundNote,
    nominal_rate_hz: nominalRateHz,
    effective_rate_hz: effectiveRateHz ?? counts?.effective_rate_hz ?? null,
    ...numbersOf(counts),
    silent_s: silentS,
  };
  return { quality: { ...quality, ...startOf({ ...table, ...quality }, run), ...liveStart(counts) }, silences };
}

function withoutTable(recording: number, counts: StreamCounts): StreamQuality {
  return {
    stream: counts.stream,
    recording,
    method: "none",
    bound_s: null,
    bound_note: "There is no file of this stream.",
    nominal_rate_hz: 0,
    effective_rate_hz: counts.effective_rate_hz,
    ...numbersOf(counts),
    ...{ silent_s: null, period_s: null, first_t_s: null, start_distance_s: null, start_bound_s: null },
    start_skew_s: null,
    ...liveStart(counts),
  };
}

function numbersOf(counts: StreamCounts | undefined): Pick<StreamQuality, "expected" | "received" | "written"> {
  return {
    expected: counts?.expected ?? null,
    received: counts?.received ?? null,
    written: counts?.written ?? null,
  };
}

function liveStart(counts: StreamCounts | undefined): Pick<StreamQuality, "live_start_skew_s"> {
  return { live_start_skew_s: counts?.start_skew_s ?? null };
}
