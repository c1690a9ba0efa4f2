import type { StreamTable } from "@polychron/processing/timed";
import { TICK_HZ, TruthCursor } from "../truth-cursor.js";
import { readTruth, type TruthRow } from "../truth.js";
import { holds, type DeviceAlignment } from "./device-alignment.js";
import { ErrorTally } from "./error-tally.js";
import type { SessionToJudge } from "./judge-alignment.js";

/** What the hub thinks of a counter that began anew rests on what it has seen of the new run: so long it is not judged. */
const BLIND_S = 2.6;

/**
 * The times of an emulated Shimmer, whose samples carry a counter, against the truth about when each was made. A session too
 * short for a reading of its clock states no bound against the hub's clock, and then none is held against it. Throws as
 * `StreamTable.rows`.
 */
export async function judgeCounterTimes(
  device: string,
  truthPath: string,
  { reader, timed }: SessionToJudge,
): Promise<DeviceAlignment> {
  const judge = new CounterJudge(reader.metadata.clock.epochs[0]?.monotonic_zero_us ?? 0);
  for (const stream of timed.streams.filter(({ deviceId }) => deviceId === device))
    await judgeStream(stream, truthPath, judge);
  const post = judge.tally.report;
  const isBound = post.bound_ms !== null;
  const known = { device, truth: "emulator", drift_ppm: judge.driftPpm } as const;
  return { ...known, live: null, post, not_judged: judge.notJudged, ok: post.count > 0 && (!isBound || holds(post)) };
}

async function judgeStream(stream: StreamTable, truthPath: string, judge: CounterJudge): Promise<void> {
  const names = stream.columns.map(({ name }) => name);
  const [timeAt, deviceAt] = [names.indexOf("t_s"), names.indexOf("device_time_s")];
  const cursor = new TruthCursor(readTruth(truthPath), 1);
  judge.begin(boundAgainstHub(stream.timeline));
  for await (const { count, columns } of stream.rows()) {
    for (let row = 0; row < count; row++) {
      const made = await cursor.find(Math.round(columns[deviceAt]![row]! * TICK_HZ));
      if (made !== undefined) judge.take(columns[timeAt]![row]!, made);
    }
  }
}

/** What arrivals alone give is a bound within the stream, to which the constant latency of the link comes on top. */
function boundAgainstHub({ method, boundS }: StreamTable["timeline"]): number | null {
  return method === "lower_envelope" || method === "arrival" ? null : boundS;
}

/** Compares one sample after the other with when it was made. */
class CounterJudge {
  readonly tally = new ErrorTally();
  notJudged = 0;
  readonly #zeroUs: number;
  #boundS: number | null = null;
  #first: TruthRow | undefined;
  #last: TruthRow | undefined;
  /** When the counter began anew, microseconds. */
  #anewUs = Number.NEGATIVE_INFINITY;

  constructor(zeroUs: number) {
    this.#zeroUs = zeroUs;
  }

  /** A stream of which this bound is stated. */
  begin(boundS: number | null): void {
    this.#boundS = boundS;
    this.#first = undefined;
    this.#last = undefined;
    this.#anewUs = Number.NEGATIVE_INFINITY;
  }

  take(atS: number, made: TruthRow): void {
    if (this.#last !== undefined && made.ticks <= this.#last.ticks) {
      this.#anewUs = made.hubUs;
      this.#first = undefined;
    }
    this.#first ??= made;
    this.#last = made;
    if (made.hubUs < this.#anewUs + BLIND_S * 1e6) this.notJudged += 1;
    else this.tally.add(atS - (made.hubUs - this.#zeroUs) / 1e6, this.#boundS);
  }

  /** Mean gain of the counter since it last began anew, parts per million; null for one that was seen once. */
  get driftPpm(): number | null {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || last === undefined || last.hubUs === first.hubUs) return null;
    return 1e6 * ((last.ticks - first.ticks) / TICK_HZ / ((last.hubUs - first.hubUs) / 1e6) - 1);
  }
}
