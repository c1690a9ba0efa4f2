import { gsrWordCounts, gsrWordRange } from "../../formulas/gsr.js";
import type { WireChannel } from "../channels.js";
import { OP, TICK_HZ } from "../opcodes.js";
import { encodeValue } from "./encode-value.js";
import { unitNoise } from "./noise.js";
import type { RawValue } from "./raw-values.js";

/** How an emulator samples and lays out its packets. */
export interface PacketLayout {
  readonly channels: readonly WireChannel[];
  readonly values: readonly RawValue[];
  readonly tickBytes: 2 | 3;
  readonly stepTicks: number;
  /** Each step is longer by this many ticks, in the mean: a Shimmer3 sets its deadline after the interrupt. */
  readonly stepLateTicks: number;
  readonly seed: number;
}

/** One sample as the device made it. */
export interface MadePacket {
  /** The counter, all its bits. */
  readonly ticks: number;
  /** What each of `rawNames` holds. */
  readonly words: readonly number[];
  /** Header, ticks and channels, without checksum. */
  readonly bytes: Uint8Array;
}

/** The raw columns of these channels, in wire order; a skin-conductance word makes two. */
export function rawNames(channels: readonly WireChannel[]): string[] {
  return channels.flatMap(({ base, kind }) =>
    kind === "gsr" ? [`${base}_counts`, `${base}_range`] : [`${base}_counts`],
  );
}

/** Where the channels begin in a packet with this counter. */
export function channelsAt(tickBytes: 2 | 3): number {
  return 1 + tickBytes;
}

/** Makes the packets of one stream, one after the other; which moments they belong to is their own clock's business. */
export class PacketSource {
  /** When the next sample is due. */
  nextTicks: number;
  readonly #layout: PacketLayout;
  readonly #packetBytes: number;
  #made = 0;

  constructor(layout: PacketLayout, firstTicks: number) {
    this.#layout = layout;
    this.nextTicks = Math.ceil(firstTicks);
    this.#packetBytes = layout.channels.reduce(
      (sum, channel) => sum + channel.widthBytes,
      channelsAt(layout.tickBytes),
    );
  }

  /** The sample that is due next. */
  make(): MadePacket {
    const { channels, values, tickBytes } = this.#layout;
    const ticks = this.nextTicks;
    const bytes = new Uint8Array(this.#packetBytes);
    bytes[0] = OP.dataPacket;
    for (let byte = 0; byte < tickBytes; byte++) bytes[1 + byte] = Math.floor(ticks / 256 ** byte) & 0xff;
    const words: number[] = [];
    let at = channelsAt(tickBytes);
    for (const [index, channel] of channels.entries()) {
      const value = values[index]!(ticks / TICK_HZ);
      if (channel.kind === "gsr") words.push(gsrWordCounts(value), gsrWordRange(value));
      else words.push(value);
      encodeValue(channel.kind, value, bytes, at);
      at += channel.widthBytes;
    }
    this.#advance();
    return { ticks, words, bytes };
  }

  #advance(): void {
    const { stepTicks, stepLateTicks, seed } = this.#layout;
    const late = stepLateTicks === 0 ? 0 : Math.floor(stepLateTicks + unitNoise(seed, this.#made));
    this.#made += 1;
    this.nextTicks += stepTicks + late;
  }
}
