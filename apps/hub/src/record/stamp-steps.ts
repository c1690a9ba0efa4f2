import type { SampleBlock, StreamInfo } from "@polychron/session/model";

/** A step that the times of a stream show. */
export interface StampStep {
  /** When the first sample behind it came, hub seconds. */
  readonly atS: number;
  /** By so much the clock was set, seconds; below 0. */
  readonly jumpS: number;
}

/** Watches the times of one stream for the one thing that they must not do: go backwards. */
export class StampSteps {
  /** Of the newest sample. */
  #seq = -1;
  #deviceTimeS = Number.NEGATIVE_INFINITY;
  #arrivalUs = 0;

  /** Takes the block that follows; the step in front of it, if its time lies before that of the last sample. */
  push({ nominalRateHz }: Pick<StreamInfo, "nominalRateHz">, block: SampleBlock): StampStep | undefined {
    const step = block.deviceTimeS[0]! < this.#deviceTimeS ? this.#stepTo(block, nominalRateHz) : undefined;
    const last = block.count - 1;
    this.#seq = block.firstSeq + last;
    this.#deviceTimeS = block.deviceTimeS[last]!;
    this.#arrivalUs = block.arrivalUs[last]!;
    return step;
  }

  #stepTo({ firstSeq, deviceTimeS, arrivalUs }: SampleBlock, nominalRateHz: number): StampStep {
    // The numbers say how much time has really passed; in an irregular stream only the arrivals do.
    const passedUs = arrivalUs[0]! - this.#arrivalUs;
    const passedS = nominalRateHz > 0 ? (firstSeq - this.#seq) / nominalRateHz : passedUs / 1e6;
    return { atS: arrivalUs[0]! / 1e6, jumpS: deviceTimeS[0]! - this.#deviceTimeS - passedS };
  }
}
