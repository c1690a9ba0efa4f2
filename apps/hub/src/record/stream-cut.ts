import { sliceBlock, type SampleBlock } from "@polychron/session/model";
import { EarlySamples, type EarlySpan } from "./early-samples.js";

/** Device seconds to hub microseconds, as the live timeline has it now. */
export type ToHubUs = (deviceTimeS: number) => number;

/** What a push kept, and the samples that the device's numbering shows missing just before it. */
export interface CutResult {
  readonly kept?: SampleBlock;
  readonly gap?: { readonly fromSeq: number; readonly toSeq: number };
}

/** The counts of one stream in one recording (reference: the session format, "recordings"). */
export interface CutCounts {
  readonly expected: number;
  readonly expectedExtrapolated: number;
  readonly received: number;
  readonly effectiveRateHz: number | null;
  /** First kept sample against the scheduled start, less up to one period; null for an irregular stream, or none kept. */
  readonly startSkewS: number | null;
  /** How far before the scheduled stop the last kept sample lies, less up to one period; null before a stop, and as above. */
  readonly stopSkewS: number | null;
  /** The first and the last kept sample, hub microseconds; null where none was kept. */
  readonly firstUs: number | null;
  readonly lastUs: number | null;
}

/** So many samples tell a stream's rate better than its device's word. */
const TELLING_SAMPLES = 20;

/** A link may hold samples back for so long: while a stream may go on, what is later than that is missing. */
const LATE_AFTER_US = 1e6;

/** The period of a stream, seconds: as measured, or as announced where little was measured yet. */
export function periodS(nominalRateHz: number, measuredRateHz: number | null, samples: number): number {
  return 1 / (samples >= TELLING_SAMPLES && measuredRateHz !== null ? measuredRateHz : nominalRateHz);
}

/** The counts of a stream of which nothing was kept. */
export const NOTHING_KEPT: CutCounts = {
  ...{ expected: 0, expectedExtrapolated: 0, received: 0, effectiveRateHz: null },
  ...{ startSkewS: null, stopSkewS: null, firstUs: null, lastUs: null },
};

/**
 * The recording's cut through one running stream: what lies between the scheduled start and the stop, in hub time.
 * Once the first sample is kept all are, until the first at or after the stop; so a moving clock estimate can
 * neither drop nor double a sample in between.
 */
export class StreamCut {
  readonly #startUs: number;
  readonly #toHubUs: ToHubUs;
  readonly #nominalRateHz: number;
  #stopUs = Number.POSITIVE_INFINITY;
  #firstSeq = -1;
  #nextSeq = -1;
  #received = 0;
  #firstUs = 0;
  #lastUs = 0;
  #isPast = false;
  #isOver = false;
  readonly #early = new EarlySamples();

  constructor(cut: { startUs: number; nominalRateHz: number }, toHubUs: ToHubUs) {
    this.#startUs = cut.startUs;
    this.#nominalRateHz = cut.nominalRateHz;
    this.#toHubUs = toHubUs;
  }

  /** Ends the recording at a hub time; samples before it may still arrive. */
  stopAt(us: number): void {
    this.#stopUs = us;
  }

  /** Nothing more is taken: what has not come by now is missing, however little it is. */
  end(): void {
    this.#isOver = true;
  }

  /** A sample at or after the stop was seen: nothing more will be kept. */
  get isPast(): boolean {
    return this.#isPast;
  }

  get hasStarted(): boolean {
    return this.#firstSeq >= 0;
  }

  push(block: SampleBlock): CutResult {
    if (this.#isPast || this.#isOver) return {};
    const { from, to } = this.#rowsWithin(block);
    if (to < block.count) this.#isPast = true;
    if (from >= to) return {};
    return this.#keep(sliceBlock(block, from, to));
  }

  /** A block that its device offered before its turn, and that nobody took. */
  offer(block: SampleBlock): void {
    if (this.#isPast || this.#isOver) return;
    const { from, to } = this.#rowsWithin(block);
    if (from >= to) return;
    const lastDeviceS = block.deviceTimeS[to - 1]!;
    const lastUs = this.#toHubUs(lastDeviceS);
    // Of a clock of which nothing was taken yet nothing is known.
    const knownUs = Number.isFinite(lastUs) ? lastUs : block.arrivalUs[to - 1]!;
    this.#early.offer({ fromSeq: block.firstSeq + from, toSeq: block.firstSeq + to, lastUs: knownUs, lastDeviceS });
  }

  /** What was offered too early and never came in its turn; undefined before the end. */
  get neverCame(): EarlySpan | undefined {
    if (!this.#isOver) return undefined;
    return this.hasStarted ? this.#early.behind(this.#nextSeq, this.#lastUs) : this.#early.all;
  }

  /** Counts as of a hub time: the stop, or now while recording. */
  counts(atUs: number): CutCounts {
    const early = this.neverCame;
    const untilUs = Math.min(atUs, this.#stopUs);
    if (!this.hasStarted) return early === undefined ? NOTHING_KEPT : this.#nothingBut(early, untilUs);
    const rateHz = this.#rateHz();
    const tail = this.#silentTail(early?.lastUs ?? this.#lastUs, untilUs, rateHz);
    return {
      expected: (early?.toSeq ?? this.#nextSeq) - this.#firstSeq + tail,
      expectedExtrapolated: tail,
      received: this.#received,
      effectiveRateHz: rateHz,
      startSkewS: this.#skewS(rateHz, this.#firstUs - this.#startUs),
      stopSkewS: this.#stopUs === Number.POSITIVE_INFINITY ? null : this.#skewS(rateHz, this.#stopUs - this.#lastUs),
      firstUs: this.#firstUs,
      lastUs: this.#lastUs,
    };
  }

  #nothingBut({ fromSeq, toSeq, lastUs }: EarlySpan, untilUs: number): CutCounts {
    const tail = this.#silentTail(lastUs, untilUs, null);
    return { ...NOTHING_KEPT, expected: toSeq - fromSeq + tail, expectedExtrapolated: tail };
  }

  /** The rows of a block that belong to the recording. */
  #rowsWithin(block: SampleBlock): { readonly from: number; readonly to: number } {
    const from = this.hasStarted ? 0 : this.#firstRowAtOrAfter(block, this.#startUs);
    const to = this.#stopUs === Number.POSITIVE_INFINITY ? block.count : this.#firstRowAtOrAfter(block, this.#stopUs);
    return { from, to };
  }

  #keep(kept: SampleBlock): CutResult {
    const gap =
      this.hasStarted && kept.firstSeq > this.#nextSeq ? { fromSeq: this.#nextSeq, toSeq: kept.firstSeq } : undefined;
    if (!this.hasStarted) {
      this.#firstSeq = kept.firstSeq;
      this.#firstUs = this.#toHubUs(kept.deviceTimeS[0]!);
    }
    this.#nextSeq = kept.firstSeq + kept.count;
    this.#received += kept.count;
    this.#lastUs = this.#toHubUs(kept.deviceTimeS[kept.count - 1]!);
    return gap === undefined ? { kept } : { kept, gap };
  }

  /** Samples per second of hub time, lost ones counted; null below two samples. */
  #rateHz(): number | null {
    const spanS = (this.#lastUs - this.#firstUs) / 1e6;
    return this.hasStarted && spanS > 0 ? (this.#nextSeq - 1 - this.#firstSeq) / spanS : null;
  }

  #firstRowAtOrAfter(block: SampleBlock, us: number): number {
    if (this.#toHubUs(block.deviceTimeS[block.count - 1]!) < us) return block.count;
    let row = 0;
    while (this.#toHubUs(block.deviceTimeS[row]!) < us) row += 1;
    return row;
  }

  /** Samples that must lie between the last one known of and `atUs`; 0 while the stream may go on and is only as late as a link may be. */
  #silentTail(lastUs: number, atUs: number, rateHz: number | null): number {
    // An irregular stream owes no sample at any time.
    if (this.#nominalRateHz === 0) return 0;
    const periodUs = 1e6 / (rateHz ?? this.#nominalRateHz);
    const silentUs = atUs - lastUs;
    const lateAfterUs = Math.max(this.#isOver ? 0 : LATE_AFTER_US, 1.5 * periodUs);
    if (this.#isPast || !Number.isFinite(periodUs) || silentUs < lateAfterUs) return 0;
    return Math.max(0, Math.ceil(silentUs / periodUs) - 1);
  }

  /** A distance from a scheduled instant, less up to one period; an irregular stream owes no sample at any time. */
  #skewS(rateHz: number | null, awayUs: number): number | null {
    if (this.#nominalRateHz === 0) return null;
    return Math.max(0, awayUs / 1e6 - periodS(this.#nominalRateHz, rateHz, this.#received));
  }
}
