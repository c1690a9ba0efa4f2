import type { StreamRows } from "@polychron/session/format";
import { HUB_CLOCK_NAME, SessionError } from "@polychron/session/model";
import type { SessionReader, StreamFile } from "@polychron/session/store";
import { hubTimeline, TimelineBuilder, type Timeline } from "@polychron/sync";
import { HoleWatch, type Stretch } from "./sample-holes.js";
import { StreamTally } from "./stream-tally.js";
import type { DeviceClock } from "./survey-clock.js";
import type { Incompleteness } from "./timed-session.js";

/** What one pass over a stream's file tells. */
export interface StreamSurvey {
  readonly rowCount: number;
  readonly timeline: Timeline;
  /** Rows per second of session time between the first row and the last, Hz; null below two. */
  readonly effectiveRateHz: number | null;
  /** Session times of the first row and the last; null without a row. */
  readonly span: Stretch | null;
  /** Session time of the first row; of a video, which begins with a key frame before the start, that of the first frame behind it. */
  readonly beginS: number | null;
  /** Stretches between them without samples, in order; none are known of an irregular stream. */
  readonly holes: readonly Stretch[];
  readonly incomplete: readonly Incompleteness[];
}

/** Counts a stream's rows and settles its timeline: by the device's observations where they cover it, else by its own arrivals. */
export async function surveyStream(
  reader: SessionReader,
  stream: StreamFile,
  clock: DeviceClock | undefined,
  signal: AbortSignal,
): Promise<StreamSurvey> {
  const tally = new StreamTally(countsFromS(reader, stream));
  const rateHz = stream.sidecar?.nominal_rate_hz ?? 0;
  const watch = rateHz > 0 ? new HoleWatch(rateHz) : undefined;
  // Fitting arrivals costs more than reading them: for a stream that a clock covers nobody asks.
  const own = clock === undefined ? new TimelineBuilder() : undefined;
  const incomplete: Incompleteness[] = unfinishedParts(stream);
  for await (const block of readable(reader, stream, (lack) => incomplete.push(lack))) {
    signal.throwIfAborted();
    tally.take(block);
    watch?.take(block);
    if (own !== undefined) pushRows(own, block);
  }
  if (stream.sidecar === undefined)
    incomplete.push({ target: stream.path, reason: "there is no sidecar: units and rate are not known" });
  const known = knownTimeline(stream, clock, tally);
  const timeline = known ?? (own === undefined ? await ownTimeline(reader, stream, signal) : own.build());
  const span = tally.span(timeline);
  const rows = { rowCount: tally.rows, effectiveRateHz: rateOver(span, tally.rows) };
  return { ...rows, timeline, span, beginS: tally.beginS(timeline), holes: watch?.holes(timeline) ?? [], incomplete };
}

/** A video of the hub's own clock begins with a key frame, before its recording does. */
function countsFromS({ metadata }: SessionReader, { frames, sidecar, recording }: StreamFile): number {
  const run = metadata.recordings.find(({ number }) => number === recording);
  const isLedIn = frames && sidecar?.clock.name === HUB_CLOCK_NAME;
  return isLedIn && run !== undefined ? run.start_t_s : Number.NEGATIVE_INFINITY;
}

/** The blocks that can be read: they are exported, the rest is named in the export's own list. */
async function* readable(
  reader: SessionReader,
  stream: StreamFile,
  onLack: (lack: Incompleteness) => void,
): AsyncGenerator<StreamRows> {
  try {
    yield* reader.blocks(stream, (path, tail) => damage(path, tail).forEach(onLack));
  } catch (cause) {
    if (!(cause instanceof SessionError) || cause.code !== "DATA_BROKEN") throw cause;
    onLack({ target: stream.path, reason: cause.message });
  }
}

function knownTimeline(
  { sidecar }: StreamFile,
  clock: DeviceClock | undefined,
  tally: StreamTally,
): Timeline | undefined {
  if (sidecar?.clock.name === HUB_CLOCK_NAME) return hubTimeline(sidecar.clock.bound_s ?? null);
  return clock !== undefined && tally.isCoveredBy(clock) ? clock.timeline : undefined;
}

/** The stream is read once more: its device's clock was observed, but not while this was recorded. */
async function ownTimeline(reader: SessionReader, stream: StreamFile, signal: AbortSignal): Promise<Timeline> {
  const own = new TimelineBuilder();
  // What lacks was named in the first reading.
  for await (const block of readable(reader, stream, () => undefined)) {
    signal.throwIfAborted();
    pushRows(own, block);
  }
  return own.build();
}

function pushRows(builder: TimelineBuilder, { count, deviceTimeS, arrivalS }: StreamRows): void {
  for (let row = 0; row < count; row++) builder.push(deviceTimeS[row]!, arrivalS[row]!);
}

function rateOver(span: Stretch | null, rows: number): number | null {
  return span !== null && rows >= 2 && span.toS > span.fromS ? (rows - 1) / (span.toS - span.fromS) : null;
}

function unfinishedParts(stream: StreamFile): Incompleteness[] {
  const unfinished = stream.parts.filter((path) => path.endsWith(".part"));
  return unfinished.map((target) => ({ target, reason: "the file was never finished" }));
}

function damage(path: string, tail: { tornBytes: number; badLines: number; firstBadLine: number }): Incompleteness[] {
  const found: Incompleteness[] = [];
  if (tail.tornBytes > 0)
    found.push({ target: path, reason: `the last line is torn (${tail.tornBytes} bytes left out)` });
  if (tail.badLines > 0) {
    found.push({
      target: path,
      reason: `${tail.badLines} damaged lines left out, the first is line ${tail.firstBadLine}`,
    });
  }
  return found;
}
