import { ProcessingError } from "../errors.js";

/** The lowest and the highest rate of a common time base, Hz. */
export const GRID_RATE_HZ = { lowest: 0.1, highest: 10_000 } as const;
const DECIMALS = 1e3;

/** The common time base: row k lies at session time k / rate, whatever the recording, so that two tables of one rate share their instants. */
export class Grid {
  readonly rateHz: number;

  /** Throws `PROCESSING_RATE_INVALID`. */
  constructor(rateHz: number) {
    const { lowest, highest } = GRID_RATE_HZ;
    const isWhole = Math.round(rateHz * DECIMALS) / DECIMALS === rateHz;
    if (!(rateHz >= lowest && rateHz <= highest && isWhole))
      throw new ProcessingError("PROCESSING_RATE_INVALID", { rateHz, lowest, highest });
    this.rateHz = rateHz;
  }

  /** Session seconds of row `index`. */
  timeS(index: number): number {
    return index / this.rateHz;
  }

  /** The first row at or after a session time. */
  indexFrom(timeS: number): number {
    const near = Math.round(timeS * this.rateHz) || 0; // no -0
    return this.timeS(near) >= timeS ? near : near + 1;
  }

  /** The last row at or before a session time. */
  indexTo(timeS: number): number {
    const near = Math.round(timeS * this.rateHz) || 0;
    return this.timeS(near) <= timeS ? near : near - 1;
  }

  /** The rate as it stands in file names: `100hz`, `12p5hz`. */
  get label(): string {
    return `${String(this.rateHz).replace(".", "p")}hz`;
  }
}
