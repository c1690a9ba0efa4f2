import type { GridRows } from "../resample/index.js";
import type { TimedMarker } from "../timed/index.js";

/** The last marker at or before each row: its number, counted from 1 in order of time, and its exact time. */
export class MarkerColumns {
  readonly #timesS: readonly number[];
  #passed = 0;

  /** @param markers in order of time */
  constructor(markers: readonly TimedMarker[]) {
    this.#timesS = markers.map(({ tS }) => tS);
  }

  /** Fills two columns; rows must come in order of time. */
  fill(timesS: Float64Array, count: number, { columns, missing }: GridRows): void {
    for (let row = 0; row < count; row++) {
      while (this.#passed < this.#timesS.length && this.#timesS[this.#passed]! <= timesS[row]!) this.#passed++;
      const isMissing = this.#passed === 0 ? 1 : 0;
      columns[0]![row] = this.#passed;
      columns[1]![row] = this.#timesS[this.#passed - 1] ?? Number.NaN;
      missing[0]![row] = isMissing;
      missing[1]![row] = isMissing;
    }
  }
}
