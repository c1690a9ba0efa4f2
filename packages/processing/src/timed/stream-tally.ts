import type { StreamRows } from "@polychron/session/format";
import type { Timeline } from "@polychron/sync";
import type { Stretch } from "./sample-holes.js";
import type { DeviceClock } from "./survey-clock.js";

/** Clock observations this long before or after a stream still fix its timeline, seconds. */
const COVER_S = 5;

/** What a stream's rows add up to. */
export class StreamTally {
  #first: readonly [deviceS: number, arrivalS: number] | undefined;
  #last: readonly [deviceS: number, arrivalS: number] = [Number.NaN, Number.NaN];
  /** The last arrival there was: what a device sent afterwards has none. */
  #heardS = Number.NaN;
  #begin: readonly [deviceS: number, arrivalS: number] | undefined;
  readonly #dueS: number;
  rows = 0;

  /** @param dueS rows of a table on the hub's own clock that are before this are no begin, session seconds */
  constructor(dueS: number) {
    this.#dueS = dueS;
  }

  take(block: StreamRows): void {
    this.#first ??= [block.deviceTimeS[0]!, block.arrivalS[0]!];
    this.#last = [block.deviceTimeS[block.count - 1]!, block.arrivalS[block.count - 1]!];
    this.#heardS = Number.isNaN(this.#last[1]) ? this.#heardS : this.#last[1];
    if (this.#begin === undefined) this.#seekBegin(block);
    this.rows += block.count;
  }

  /** Whether a clock was observed all along. */
  isCoveredBy({ fromS, toS }: DeviceClock): boolean {
    const firstS = this.#first?.[1] ?? Infinity;
    // A table that the device wrote itself knows no arrivals: only the device's own clock can place it.
    return Number.isNaN(firstS) || (fromS - COVER_S <= firstS && this.#heardS <= toS + COVER_S);
  }

  #seekBegin({ count, deviceTimeS, arrivalS }: StreamRows): void {
    for (let row = 0; row < count && this.#begin === undefined; row++)
      if (!(deviceTimeS[row]! < this.#dueS)) this.#begin = [deviceTimeS[row]!, arrivalS[row]!];
  }

  /** Session time of the first row that counts; null without one. */
  beginS(timeline: Timeline): number | null {
    return this.#begin === undefined ? null : timeline.toSessionS(...this.#begin);
  }

  /** Session times of the first row and the last; null without a row. */
  span(timeline: Timeline): Stretch | null {
    if (this.#first === undefined) return null;
    return { fromS: timeline.toSessionS(...this.#first), toS: timeline.toSessionS(...this.#last) };
  }
}
