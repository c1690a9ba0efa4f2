/** So many low samples that agree, among so many of all, prove that the least latency fell: the clock jumped ahead, or the path is shorter. */
const CERTAIN = 4;
const CERTAIN_SHARE = 1 / 8;
/** So many prove it as well, however much they differ, if they are most of all. */
const MANY = 16;
const MANY_SHARE = 1 / 2;
/** Within so many samples they must come; and within this time, unless there were too few. */
const WINDOW = 64;
const WINDOW_S = 15;
const FEWEST = 8;

/** A sample against what the running envelope allows, seconds. */
export interface Fall {
  /** Device time, from any origin. */
  readonly atS: number;
  /** Arrival minus device time, from any origin. */
  readonly latencyS: number;
  /** The least latency that the envelope allows there. */
  readonly leastS: number;
  /** What may be below it without telling anything. */
  readonly limitS: number;
}

/** `suspect`: it came too early for the running line, and is kept out until others say the same; `fallen`: they do. */
export type FallVerdict = "usual" | "suspect" | "fallen";

/** Tells a fall of the least latency from a single early arrival. Constant memory. */
export class FallWatch {
  /** The low latencies since the first suspect. */
  #low: number[] = [];
  #suspects = 0;
  #seen = 0;
  #fromS = 0;

  /** Whether it is open what an early sample was. */
  get isOpen(): boolean {
    return this.#low.length > 0;
  }

  /** The least latency of a fall that is certain, or of the suspects; infinite without one. */
  get leastS(): number {
    return this.#low.reduce((least, latencyS) => Math.min(least, latencyS), Infinity);
  }

  /** Judges the next sample. */
  judge({ atS, latencyS, leastS, limitS }: Fall): FallVerdict {
    const isSuspect = latencyS < leastS - limitS;
    if (!this.isOpen && !isSuspect) return "usual";
    if (!this.isOpen) this.#fromS = atS;
    this.#seen += 1;
    if (isSuspect) this.#suspects += 1;
    // While it is open, what is half as low may be a slower sample of the same clock.
    if (latencyS < leastS - limitS / 2) this.#low.push(latencyS);
    if (this.#isCertain(limitS)) return "fallen";
    return isSuspect ? "suspect" : "usual";
  }

  /** How many suspects were wrong stamps, because nothing agreed with them in time; ends the doubt then. */
  dismissed(atS: number): number {
    const isOver = this.#seen >= WINDOW || (this.#seen >= FEWEST && atS - this.#fromS > WINDOW_S);
    return this.isOpen && isOver ? this.clear() : 0;
  }

  /** Ends the doubt: gives how many suspects there were. */
  clear(): number {
    const suspects = this.#suspects;
    this.#low = [];
    this.#suspects = 0;
    this.#seen = 0;
    return suspects;
  }

  #isCertain(limitS: number): boolean {
    const { length } = this.#low;
    if (length >= MANY && length >= MANY_SHARE * this.#seen) return true;
    const reachS = this.leastS + limitS;
    const agreeing = this.#low.filter((latencyS) => latencyS <= reachS).length;
    return agreeing >= CERTAIN && length >= CERTAIN_SHARE * this.#seen;
  }
}
