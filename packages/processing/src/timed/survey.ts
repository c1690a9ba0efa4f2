import type { StreamRows } from "@polychron/session/format";
import { HUB_CLOCK_NAME, SessionError } from "@polychron/session/model";
import type { SessionReader, StreamFile } from "@polychron/session/store";
import {
  hubTimeline,
  JointTimelineBuilder,
  ProbeFitBuilder,
  probedTimeline,
  TimelineBuilder,
  type ProbeFit,
  type Timeline,
} from "@polychron/sync";
import type { Incompleteness } from "./timed-session.js";

/** Clock observations this long before or after a stream still fix its timeline, seconds. */
const COVER_S = 5;

/** The timeline that a device's own clock observations give, and the session times from which and to which they reach. */
export interface DeviceClock {
  readonly timeline: Timeline;
  readonly fromS: number;
  readonly toS: number;
}

/** What one pass over a stream's file tells. */
export interface StreamSurvey {
  readonly rowCount: number;
  readonly timeline: Timeline;
  /** Rows per second of session time between the first row and the last, Hz; null below two. */
  readonly effectiveRateHz: number | null;
  readonly incomplete: readonly Incompleteness[];
}

/** Reads a device's clock observations, probes before readings, readings before mere arrivals; undefined where it has none. */
export async function surveyClock(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  return (
    (await surveyProbes(reader, deviceId)) ??
    (await surveyReadings(reader, deviceId)) ??
    (await surveyArrivals(reader, deviceId))
  );
}

async function surveyProbes(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  const fit = await fitProbes(reader, deviceId);
  const [first, last] = [fit.epochs[0], fit.epochs.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return { timeline: probedTimeline(fit), fromS: first.fromS, toS: last.toS };
}

/** What all probes of a device's clock say together; without epochs where none was answered. */
export async function fitProbes(reader: SessionReader, deviceId: string): Promise<ProbeFit> {
  const builder = new ProbeFitBuilder();
  for await (const { count, t1, t2, t3, t4, clockId, quantS } of reader.probes(deviceId)) {
    for (let row = 0; row < count; row++) {
      builder.push({
        ...{ t1S: t1[row]!, t2S: t2[row]!, t3S: t3[row]!, t4S: t4[row]! },
        ...{ clockId: clockId[row]!, quantS: quantS[row]! },
      });
    }
  }
  return builder.build();
}

/** Readings alone say nothing: with the arrivals of the samples they do. */
async function surveyReadings(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  const builder = new JointTimelineBuilder();
  let readings = 0;
  for await (const { count, t1, t2, t3, t4, clockId, quantS } of reader.readings(deviceId)) {
    readings += count;
    for (let row = 0; row < count; row++) {
      builder.pushReading({
        ...{ t1S: t1[row]!, t2S: t2[row]!, t3S: t3[row]!, t4S: t4[row]! },
        ...{ clockId: clockId[row]!, quantS: quantS[row]! },
      });
    }
  }
  if (readings === 0) return undefined;
  const span = await readPairs(reader, deviceId, (deviceS, arrivalS) => builder.pushSample(deviceS, arrivalS));
  const timeline = builder.build();
  return timeline === undefined ? undefined : { timeline, ...span };
}

async function surveyArrivals(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  const builder = new TimelineBuilder();
  const span = await readPairs(reader, deviceId, (deviceS, arrivalS) => builder.push(deviceS, arrivalS));
  const timeline = builder.build();
  return timeline.method === "lower_envelope" ? { timeline, ...span } : undefined;
}

/** Hands over every pair; the session times from which and to which they reach. */
async function readPairs(
  reader: SessionReader,
  deviceId: string,
  take: (deviceS: number, arrivalS: number) => void,
): Promise<{ readonly fromS: number; readonly toS: number }> {
  let [fromS, toS] = [Infinity, -Infinity];
  for await (const pairs of reader.clockPairs(deviceId)) {
    for (let row = 0; row < pairs.count; row++) {
      const arrivalS = pairs.hostArrivalS[row]!;
      take(pairs.deviceTimestampS[row]!, arrivalS);
      fromS = Math.min(fromS, arrivalS);
      toS = Math.max(toS, arrivalS);
    }
  }
  return { fromS, toS };
}

/** Counts a stream's rows and settles its timeline: by the device's observations where they cover it, else by its own arrivals. */
export async function surveyStream(
  reader: SessionReader,
  stream: StreamFile,
  clock: DeviceClock | undefined,
  signal: AbortSignal,
): Promise<StreamSurvey> {
  const tally = new StreamTally();
  const incomplete: Incompleteness[] = unfinishedParts(stream);
  try {
    for await (const block of reader.blocks(stream, (path, tail) => incomplete.push(...damage(path, tail)))) {
      signal.throwIfAborted();
      tally.take(block);
    }
  } catch (cause) {
    // What can be read is exported; the rest is named in the export's own list.
    if (!(cause instanceof SessionError) || cause.code !== "DATA_BROKEN") throw cause;
    incomplete.push({ target: stream.path, reason: cause.message });
  }
  const timeline =
    stream.sidecar?.clock.name === HUB_CLOCK_NAME
      ? hubTimeline(stream.sidecar.clock.bound_s ?? null)
      : tally.timeline(clock);
  return { rowCount: tally.rows, timeline, effectiveRateHz: tally.effectiveRateHz(timeline), incomplete };
}

/** What a stream's rows add up to. */
class StreamTally {
  readonly #own = new TimelineBuilder();
  #first: readonly [deviceS: number, arrivalS: number] | undefined;
  #last: readonly [deviceS: number, arrivalS: number] = [Number.NaN, Number.NaN];
  /** The last arrival there was: what a device sent afterwards has none. */
  #heardS = Number.NaN;
  rows = 0;

  take(block: StreamRows): void {
    for (let row = 0; row < block.count; row++) this.#own.push(block.deviceTimeS[row]!, block.arrivalS[row]!);
    this.#first ??= [block.deviceTimeS[0]!, block.arrivalS[0]!];
    this.#last = [block.deviceTimeS[block.count - 1]!, block.arrivalS[block.count - 1]!];
    this.#heardS = Number.isNaN(this.#last[1]) ? this.#heardS : this.#last[1];
    this.rows += block.count;
  }

  timeline(clock: DeviceClock | undefined): Timeline {
    // A table that the device wrote itself knows no arrivals: only the device's own clock can place it.
    const isOwnTable = Number.isNaN(this.#first?.[1]);
    const covered =
      clock !== undefined &&
      (isOwnTable || (clock.fromS - COVER_S <= (this.#first?.[1] ?? Infinity) && this.#heardS <= clock.toS + COVER_S));
    return covered ? clock.timeline : this.#own.build();
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
