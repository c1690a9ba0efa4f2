/** Latency changes by less from one sample to the next; what exceeds it is another clock, or a stamp that is wrong. */
export const JUMP_S = 1;
/** No stream goes on after a longer pause; what is further ahead is a stamp that is wrong, or of another run. */
export const AWAY_MOST_S = 7 * 86_400;
/** So many samples in a row that agree are another run of the clock; one or two are wrong stamps. */
export const CERTAIN = 3;

/** One sample as it came. */
export interface Arrival {
  readonly deviceS: number;
  readonly arrivalUs: number;
}

/** Samples in a row that are not on the running line: another run of the clock begins, or they are wrong. */
export class OtherRun {
  #samples: Arrival[] = [];

  get isOpen(): boolean {
    return this.#samples.length > 0;
  }

  get isCertain(): boolean {
    return this.#samples.length >= CERTAIN;
  }

  /** The sample that waited least; undefined without one. */
  get quickest(): Arrival | undefined {
    return this.#samples.reduce<Arrival | undefined>(
      (least, each) => (least === undefined || delayS(each) < delayS(least) ? each : least),
      undefined,
    );
  }

  /** How far a sample waited longer than the quickest of them, seconds. */
  belowS(sample: Arrival): number {
    const { quickest } = this;
    return quickest === undefined ? 0 : Math.max(0, delayS(sample) - delayS(quickest));
  }

  /** Takes the next such sample; gives how many before it are wrong because it does not agree with them. */
  push(sample: Arrival): number {
    const before = this.#samples.at(-1);
    const goesOn =
      before !== undefined && sample.deviceS > before.deviceS && Math.abs(delayS(sample) - delayS(before)) <= JUMP_S;
    const wrong = goesOn ? 0 : this.clear();
    this.#samples.push(sample);
    return wrong;
  }

  /** Whether a device time is nearer to these samples than to one of the running line. */
  isNearer(deviceS: number, lineS: number): boolean {
    const last = this.#samples.at(-1);
    return last !== undefined && Math.abs(deviceS - last.deviceS) < Math.abs(deviceS - lineS);
  }

  /** They were wrong: gives how many there were. */
  clear(): number {
    const count = this.#samples.length;
    if (count > 0) this.#samples = [];
    return count;
  }
}

function delayS({ deviceS, arrivalUs }: Arrival): number {
  return arrivalUs / 1e6 - deviceS;
}
