import type { StreamRows } from "@polychron/session/format";
import { HUB_CLOCK_NAME, SessionError } from "@polychron/session/model";
import type { SessionReader, StreamFile } from "@polychron/session/store";
import { hubTimeline, TimelineBuilder, type Timeline } from "@polychron/sync";
import type { DeviceClock } from "./survey-clock.js";
import type { Incompleteness } from "./timed-session.js";

/** Clock observations this long before or after a stream still fix its timeline, seconds. */
const COVER_S = 5;

/** What one pass over a stream's file tells. */
export interface StreamSurvey {
  readonly rowCount: number;
  readonly timeline: Timeline;
  /** Rows per second of session time between the first row and the last, Hz; null below two. */
  readonly effectiveRateHz: number | null;
  readonly incomplete: readonly Incompleteness[];
}

/** Counts a stream's rows and settles its timeline: by the device's observations where they cover it, else by its own arrivals. */
export async function surveyStream(
  reader: SessionReader,
  stream: StreamFile,
  clock: DeviceClock | undefined,
  signal: AbortSignal,
): Promise<StreamSurvey> {
  const tally = new StreamTally();
  // Fitting arrivals costs more than reading them: for a stream that a clock covers nobody asks.
  const own = clock === undefined ? new TimelineBuilder() : undefined;
  const incomplete: Incompleteness[] = unfinishedParts(stream);
  for await (const block of readable(reader, stream, (lack) => incomplete.push(lack))) {
    signal.throwIfAborted();
    tally.take(block);
    if (own !== undefined) pushRows(own, block);
  }
  if (stream.sidecar === undefined)
    incomplete.push({ target: stream.path, reason: "there is no sidecar: units and rate are not known" });
  const known = knownTimeline(stream, clock, tally);
  const timeline = known ?? (own === undefined ? await ownTimeline(reader, stream, signal) : own.build());
  return { rowCount: tally.rows, timeline, effectiveRateHz: tally.effectiveRateHz(timeline), incomplete };
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

/** What a stream's rows add up to. */
class StreamTally {
  #first: readonly [deviceS: number, arrivalS: number] | undefined;
  #last: readonly [deviceS: number, arrivalS: number] = [Number.NaN, Number.NaN];
  /** The last arrival there was: what a device sent afterwards has none. */
  #heardS = Number.NaN;
  rows = 0;

  take(block: StreamRows): void {
    this.#first ??= [block.deviceTimeS[0]!, block.arrivalS[0]!];
    this.#last = [block.deviceTimeS[block.count - 1]!, block.arrivalS[block.count - 1]!];
    this.#heardS = Number.isNaN(this.#last[1]) ? this.#heardS : this.#last[1];
    this.rows += block.count;
  }

  isCoveredBy({ fromS, toS }: DeviceClock): boolean {
    const firstS = this.#first?.[1] ?? Infinity;
    // A table that the device wrote itself knows no arrivals: only the device's own clock can place it.
    return Number.isNaN(firstS) || (fromS - COVER_S <= firstS && this.#heardS <= toS + COVER_S);
  }

  effectiveRateHz(timeline: Timeline): number | null {
    if (this.#first === undefined || this.rows < 2) return null;
    const spanS = timeline.toSessionS(...this.#last) - timeline.toSessionS(...this.#first);
    return spanS > 0 ? (this.rows - 1) / spanS : null;
  }
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
