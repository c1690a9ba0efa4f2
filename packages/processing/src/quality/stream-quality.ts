import type { RecordingEntry, StreamCounts, StreamQuality } from "@polychron/session/format";

/** One table of a stream on session time, as far as a report needs it. */
export interface TableFacts {
  readonly deviceId: string;
  readonly fileType: string;
  readonly recording: number | null;
  readonly nominalRateHz: number;
  readonly effectiveRateHz: number | null;
  readonly timeline: { readonly method: string; readonly boundS: number | null; readonly boundNote: string };
}

/** The streams of one device: what was counted live beside how its times were obtained; a stream without a file is there too. */
export function streamQualities(
  device: string,
  tables: readonly TableFacts[],
  recordings: readonly RecordingEntry[],
): StreamQuality[] {
  const own = tables.filter(({ deviceId }) => deviceId === device);
  const counted = recordings.flatMap(({ number, streams }) =>
    streams.filter((counts) => counts.device === device).map((counts) => ({ number, counts })),
  );
  const countsOf = (table: TableFacts): StreamCounts | undefined =>
    counted.find(({ number, counts }) => number === table.recording && counts.stream === streamOf(table))?.counts;
  const lacking = counted.filter(
    ({ number, counts }) => !own.some((table) => table.recording === number && streamOf(table) === counts.stream),
  );
  return [
    ...own.map((table) => withTable(table, countsOf(table))),
    ...lacking.map(({ number, counts }) => withoutTable(number, counts)),
  ];
}

/** A video's table is that of its frames; the stream is the video. */
function streamOf({ fileType }: TableFacts): string {
  return fileType.replace(/_frames$/, "");
}

function withTable(table: TableFacts, counts: StreamCounts | undefined): StreamQuality {
  const { recording, timeline, nominalRateHz, effectiveRateHz } = table;
  return {
    stream: streamOf(table),
    recording,
    method: timeline.method,
    bound_s: timeline.boundS,
    bound_note: timeline.boundNote,
    nominal_rate_hz: nominalRateHz,
    effective_rate_hz: effectiveRateHz ?? counts?.effective_rate_hz ?? null,
    ...numbersOf(counts),
  };
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
  };
}

function numbersOf(
  counts: StreamCounts | undefined,
): Pick<StreamQuality, "expected" | "received" | "written" | "start_skew_s"> {
  return {
    expected: counts?.expected ?? null,
    received: counts?.received ?? null,
    written: counts?.written ?? null,
    start_skew_s: counts?.start_skew_s ?? null,
  };
}
