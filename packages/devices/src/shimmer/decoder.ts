import type { SampleBlock } from "@polychron/session/model";
import type { CrcBytes } from "./checksum.js";
import type { ShimmerFacts } from "./facts.js";
import { Framer } from "./framer.js";
import { parseInquiry } from "./inquiry.js";
import { SampleFlow, type FlowGap } from "./sample-flow.js";
import { planStream, type StreamPlan } from "./stream-plan.js";

/** What a stream's bytes mean. */
export interface DecoderOptions {
  /** Payload of the inquiry answer (after `02`). */
  readonly inquiry: Uint8Array;
  readonly facts: ShimmerFacts;
  readonly crcBytes: CrcBytes;
  onBlock(block: SampleBlock): void;
  onGap(gap: FlowGap, arrivalUs: number): void;
}

/** A Shimmer's stream from bytes to calibrated blocks without the device: for what was taped, and for measurements. */
export class StreamDecoder {
  readonly plan: StreamPlan;
  readonly #framer: Framer;
  readonly #flow: SampleFlow;

  /** Throws `SHIMMER_INQUIRY_INVALID`, `SHIMMER_CHANNEL_UNKNOWN`. */
  constructor(options: DecoderOptions) {
    const { hardware } = options.facts;
    this.plan = planStream(parseInquiry(options.inquiry, hardware), options.facts);
    this.#flow = new SampleFlow(this.plan, hardware, { kind: "started", nextSeq: 0 }, options);
    this.#framer = new Framer({
      onPacket: (bytes, at, arrivalUs) => this.#flow.onPacket(bytes, at, arrivalUs),
      onControl: () => undefined,
    });
    this.#framer.reset(this.#flow.shape);
    this.#framer.crcBytes = options.crcBytes;
  }

  /** Takes a chunk as received at `arrivalUs`; its samples are handed over before this returns. */
  push(chunk: Uint8Array, arrivalUs: number): void {
    this.#framer.push(chunk, arrivalUs);
    this.#flow.flush();
  }

  /** Nothing more will come: without checksums one packet may still wait for its successor. */
  end(nowUs: number): void {
    this.#framer.flush(nowUs);
    this.#flow.flush();
  }

  get discardedBytes(): number {
    return this.#framer.discardedBytes;
  }

  get badChecksums(): number {
    return this.#framer.badChecksums;
  }
}
