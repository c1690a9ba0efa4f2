/** A knock as a sensor with its own low-pass filter sees it: a bell of this height (m/s²) and width (standard deviation, seconds). */
const HEIGHT_MPS2 = 40;
const SIGMA_S = 0.008;
/** Farther from its middle nothing is felt. */
const REACH_S = 6 * SIGMA_S;
/** What was sampled already cannot feel a knock any more: one that is ordered too late comes so much later. */
const SOONEST_S = 0.15;
const KEPT = 100;

/** The knocks that an emulated phone gives itself, in its own time. */
export class Taps {
  #atS: readonly number[] = [];
  #madeS = -Infinity;

  /** A knock at a device time, or soon where that has passed; returns when it will be. */
  add(atS: number): number {
    const tapS = Math.max(atS, this.#madeS + SOONEST_S);
    this.#atS = [...this.#atS.slice(1 - KEPT), tapS];
    return tapS;
  }

  /** What is felt at a device time, m/s²; from then on no knock can be added before it. */
  feltAt(timeS: number): number {
    this.#madeS = Math.max(this.#madeS, timeS);
    let felt = 0;
    for (const tapS of this.#atS)
      if (Math.abs(timeS - tapS) < REACH_S) felt += HEIGHT_MPS2 * Math.exp(-((timeS - tapS) ** 2) / (2 * SIGMA_S ** 2));
    return felt;
  }
}
