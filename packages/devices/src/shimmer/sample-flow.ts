import type { SampleBlock } from "@polychron/session/model";
import { Assembler } from "./assembler.js";
import type { PacketShape } from "./framer.js";
import { SHIMMER3R, TICK_HZ } from "./opcodes.js";
import type { StreamPlan } from "./stream-plan.js";
import { TickLine } from "./ticks.js";

/** Where a run of samples ended: what the next one is joined to. */
export interface FlowEnd {
  readonly nextSeq: number;
  /** Unwrapped ticks and arrival of the last sample; NaN when there was none. */
  readonly ticks: number;
  readonly arrivalUs: number;
}

/** Samples that never arrived, by number; `cause` says how that is known. */
export interface FlowGap {
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly cause: "lost" | "disconnected" | "device_restarted";
}

/** Listeners of a flow, called synchronously. */
export interface FlowSink {
  onBlock(block: SampleBlock): void;
  onGap(gap: FlowGap, arrivalUs: number): void;
}

/** Where a flow begins: right behind a stop the numbers go on; behind a lost connection what was missed counts as well. */
export type FlowStart =
  { readonly kind: "started"; readonly nextSeq: number } | { readonly kind: "resumed"; readonly end: FlowEnd };

/** A counter that still runs agrees with the hub's clock within this, whatever the radio delayed, seconds. */
const SAME_COUNTER_WITHIN_S = 0.5;
/** Full turns are added from the hub's clock; a 24-bit counter turns every 512 s. */
const COUNTER_TURN_TICKS = 2 ** 24;

/** Packets of one streaming run as blocks of samples with numbers that count what was lost. */
export class SampleFlow {
  readonly shape: PacketShape;
  readonly #line: TickLine;
  readonly #assembler: Assembler;
  readonly #sink: FlowSink;
  readonly #turnTicks: number;
  #resumedFrom: FlowEnd | undefined;
  /** Added to the line's ticks, so that device time goes on where the counter went on. */
  #baseTicks = 0;
  #lastArrivalUs = Number.NaN;

  constructor(plan: StreamPlan, hardware: number, start: FlowStart, sink: FlowSink) {
    const counterBits = plan.tickBytes === 3 ? 24 : 16;
    this.#line = new TickLine({
      stepTicks: plan.stepTicks,
      toleranceTicks: hardware === SHIMMER3R ? 2 : 4,
      counterBits,
    });
    this.#turnTicks = plan.tickBytes === 3 ? COUNTER_TURN_TICKS : 2 ** 16;
    this.shape = { packetBytes: plan.packetBytes, tickBytes: plan.tickBytes, line: this.#line };
    this.#sink = sink;
    const nextSeq = start.kind === "started" ? start.nextSeq : start.end.nextSeq;
    this.#resumedFrom = start.kind === "resumed" && Number.isFinite(start.end.ticks) ? start.end : undefined;
    this.#assembler = new Assembler(plan, nextSeq, sink.onBlock);
  }

  /** Takes a packet that the framer accepted at `bytes[at]`. */
  onPacket(bytes: Uint8Array, at: number, arrivalUs: number): void {
    if (this.#resumedFrom !== undefined) this.#join(this.#resumedFrom, arrivalUs);
    else if (this.#line.missing > 0) this.#skip(this.#line.missing, "lost", arrivalUs);
    this.#lastArrivalUs = arrivalUs;
    this.#assembler.add(bytes, at, this.#baseTicks + this.#line.ticks, arrivalUs);
  }

  /** Unwrapped ticks of the newest sample; not a number before the first. */
  get newestTicks(): number {
    return this.#baseTicks + this.#line.ticks;
  }

  flush(): void {
    this.#assembler.flush();
  }

  /** Where this run ended, for the one that may follow it. */
  end(): FlowEnd {
    this.flush();
    const isEmpty = Number.isNaN(this.#lastArrivalUs);
    if (isEmpty && this.#resumedFrom !== undefined) return this.#resumedFrom;
    return {
      nextSeq: this.#assembler.nextSeq,
      ticks: this.#baseTicks + this.#line.ticks,
      arrivalUs: this.#lastArrivalUs,
    };
  }

  /** The first packet behind a lost connection: a counter that ran on tells exactly what was missed, a new one only bounds it. */
  #join(end: FlowEnd, arrivalUs: number): void {
    this.#resumedFrom = undefined;
    const elapsedTicks = ((arrivalUs - end.arrivalUs) * TICK_HZ) / 1e6;
    const raw = this.#line.ticks;
    const turns = Math.round((end.ticks + elapsedTicks - raw) / this.#turnTicks);
    const ranOn = raw + turns * this.#turnTicks - end.ticks;
    const isSameCounter = ranOn > 0 && Math.abs(ranOn - elapsedTicks) < SAME_COUNTER_WITHIN_S * TICK_HZ;
    if (isSameCounter) this.#baseTicks = turns * this.#turnTicks;
    const missedSteps = (isSameCounter ? ranOn : elapsedTicks) / this.#line.stepTicks;
    this.#skip(
      Math.max(0, Math.round(missedSteps) - 1),
      isSameCounter ? "disconnected" : "device_restarted",
      arrivalUs,
    );
  }

  #skip(samples: number, cause: FlowGap["cause"], arrivalUs: number): void {
    if (samples === 0) return;
    this.#assembler.skip(samples);
    const toSeq = this.#assembler.nextSeq;
    this.#sink.onGap({ fromSeq: toSeq - samples, toSeq, cause }, arrivalUs);
  }
}
