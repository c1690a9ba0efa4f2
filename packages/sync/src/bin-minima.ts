import { heightAt, highestLine, LowerHull, type Line } from "./hull.js";
import { maxRate, rateUncertainty } from "./rate-limit.js";

const BIN_S = 5;
const WINDOW_S = 600;
/** What nearly all bins leave above the line under them bounds how far the envelope is off. */
const SPREAD_SHARE = 0.95;
/** The sample that the envelope rests on came in this bin or in the one before. */
const CARRIED_S = 2 * BIN_S;
/** Fewer bins say nothing of their spread. */
const FEWEST_BINS = 3;

/** The least latency of every 5 s of the last ten minutes, and the line below them. */
export class BinMinima {
  #bins: { readonly atS: number; readonly latencyS: number }[] = [];
  #bin = { index: 0, atS: 0, latencyS: 0 };
  #rate = 0;
  #uncertainty = rateUncertainty(0);
  #spreadS: number | null = null;
  #line: Line | undefined;
  #beyond = 0;
  #limit = 0;

  /** Hub seconds gained per device second. */
  get rate(): number {
    return this.#rate;
  }

  /** How uncertain the rate is, seconds a second. */
  get uncertainty(): number {
    return this.#uncertainty;
  }

  /** By how much the bins seem to change faster than any rate that is believed so far, s/s. */
  get beyond(): number {
    return this.#beyond;
  }

  /** Whether so long was seen that any rate is believed that a clock may have. */
  get isAnyRateKnown(): boolean {
    return this.#line !== undefined && this.#limit === maxRate(Infinity);
  }

  /** The line under all bins at a device time, seconds; minus infinity before there is one. */
  heightS(s: number): number {
    return this.#line === undefined ? -Infinity : heightAt(this.#line, s);
  }

  /** What nearly all bins leave above the line, and what the rate's uncertainty adds over two; null below three bins. */
  get spreadS(): number | null {
    return this.#spreadS;
  }

  /**
   * Takes one latency; the first is that of device time 0. Gives the least of the bin that it ends, if it ends one.
   * @param beatS as for `rateUncertainty`
   */
  push(s: number, latencyS: number, beatS: number): number | undefined {
    const index = Math.floor(s / BIN_S);
    const ended = index === this.#bin.index ? undefined : this.#close(beatS);
    if (ended !== undefined || latencyS < this.#bin.latencyS) this.#bin = { index, atS: s, latencyS };
    return ended;
  }

  #close(beatS: number): number {
    const { atS, latencyS } = this.#bin;
    this.#bins.push({ atS, latencyS });
    while (this.#bins[0]!.atS < atS - WINDOW_S) this.#bins.shift();
    this.#learn(beatS);
    return latencyS;
  }

  #learn(beatS: number): void {
    const bins = this.#bins;
    const spanS = bins.at(-1)!.atS - bins[0]!.atS;
    this.#uncertainty = rateUncertainty(spanS, beatS);
    if (spanS <= 0) return;
    const hull = new LowerHull();
    let sum = 0;
    for (const bin of bins) {
      hull.push(bin.atS, bin.latencyS);
      sum += bin.atS;
    }
    this.#limit = maxRate(spanS);
    const line = highestLine(hull, sum / bins.length, this.#limit);
    this.#line = line;
    this.#rate = line.slope;
    this.#beyond = Math.abs(highestLine(hull, sum / bins.length, Infinity).slope - line.slope);
    if (bins.length < FEWEST_BINS) return;
    const above = bins.map((bin) => bin.latencyS - heightAt(line, bin.atS)).sort((a, b) => a - b);
    this.#spreadS = above[Math.floor(SPREAD_SHARE * (above.length - 1))]! + 2 * rateUncertainty(spanS) * CARRIED_S;
  }
}
