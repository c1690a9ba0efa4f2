import type { SampleBlock, StreamInfo } from "@polychron/session/model";

/** A step that the times of a stream show. */
export interface StampStep {
  /** When the first sample behind it came, hub seconds. */
  readonly atS: number;
  /** By so much the clock was set, seconds; below 0. */
  readonly jumpS: number;
}

/** The newest sample of a stream. */
interface Newest {
  readonly seq: number;
  readonly deviceTimeS: number;
  readonly arrivalUs: number;
}

/** Watches the times of one stream for the one thing that they must not do: go backwards. */
export class StampSteps {
  #newest: Newest | undefined;

  /** Takes the block that follows; the step in front of it, if its time lies before that of the last sample. */
  push({ nominalRateHz }: Pick<StreamInfo, "nominalRateHz">, block: SampleBlock): StampStep | undefined {
    const before = this.#newest;
    this.#newest = sampleAt(block, block.count - 1);
    const first = sampleAt(block, 0);
    if (before === undefined || first.deviceTimeS >= before.deviceTimeS) return undefined;
    // The numbers say how much time has really passed; in an irregular stream only the arrivals do.
    const passedUs = first.arrivalUs - before.arrivalUs;
    const passedS = nominalRateHz > 0 ? (first.seq - before.seq) / nominalRateHz : passedUs / 1e6;
    return { atS: first.arrivalUs / 1e6, jumpS: first.deviceTimeS - before.deviceTimeS - passedS };
  }
}

function sampleAt({ firstSeq, deviceTimeS, arrivalUs }: SampleBlock, row: number): Newest {
  return { seq: firstSeq + row, deviceTimeS: deviceTimeS[row]!, arrivalUs: arrivalUs[row]! };
}
