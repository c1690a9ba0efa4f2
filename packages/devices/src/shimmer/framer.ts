import { crcMatches, type CrcBytes } from "./checksum.js";
import { OP } from "./opcodes.js";
import { isHeader, readControl, type Awaited, type Control } from "./replies.js";
import type { TickLine } from "./ticks.js";

/** How the stream's packets are cut: known once the inquiry was read. */
export interface PacketShape {
  /** Header, ticks and channels, without the checksum. */
  readonly packetBytes: number;
  readonly tickBytes: 2 | 3;
  readonly line: TickLine;
}

/** Where the framer's findings go; `bytes` is valid during the call only. */
export interface FrameSink {
  /** A whole packet at `bytes[at]`, accepted by the tick line; its last byte arrived at `arrivalUs`. */
  onPacket(bytes: Uint8Array, at: number, arrivalUs: number): void;
  onControl(control: Control): void;
}

/** Longest message plus room for a chunk: the buffer grows only when a chunk is larger. */
const BUFFER_BYTES = 8_192;

/**
 * Cuts chunks into packets and answers, for any split, and finds the way back after lost or foreign bytes.
 *
 * A packet is taken when its ticks can follow the last one and, without checksums, when what stands behind it can
 * follow too (header, and its ticks): position alone cannot tell, a payload byte may be 00 or FF as well. So without
 * checksums the newest packet waits for its successor or for `flush`. With two-byte checksums a right one is enough.
 * On a reject one byte is dropped. After a long hole three packets in a row, one step apart, prove a new place.
 */
export class Framer {
  /** Bytes that belonged to no frame. */
  discardedBytes = 0;
  /** Packets in their place whose checksum was wrong. */
  badChecksums = 0;
  /** What the open command waits for; set by the command channel. */
  awaited: Awaited = "nothing";
  crcBytes: CrcBytes = 0;
  readonly #sink: FrameSink;
  #shape: PacketShape | undefined;
  #bytes = new Uint8Array(BUFFER_BYTES);
  #start = 0;
  #end = 0;
  #place: Place = { isSynced: true, heldSinceUs: Number.NaN };

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Starts afresh: with a shape data packets are expected, without one only answers. */
  reset(shape?: PacketShape): void {
    this.#shape = shape;
    this.#start = this.#end = 0;
    this.#place = { isSynced: true, heldSinceUs: Number.NaN };
  }

  /** Whether bytes wait for more to come. */
  get isHolding(): boolean {
    return this.#end > this.#start;
  }

  /** Takes a chunk as received at `arrivalUs`. */
  push(chunk: Uint8Array, arrivalUs: number): void {
    this.#append(chunk);
    this.#parse(arrivalUs, false);
  }

  /** Nothing more will come for now: takes the packet that waits for its successor, if its ticks fit. */
  flush(nowUs: number): void {
    this.#parse(nowUs, true);
  }

  #append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) {
      const held = this.#bytes.subarray(this.#start, this.#end);
      if (held.length + chunk.length > this.#bytes.length) {
        const grown = new Uint8Array(2 * (held.length + chunk.length));
        grown.set(held);
        this.#bytes = grown;
      } else {
        this.#bytes.copyWithin(0, this.#start, this.#end);
      }
      this.#end -= this.#start;
      this.#start = 0;
    }
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #parse(arrivalUs: number, isFinal: boolean): void {
    while (this.#start < this.#end) {
      const used = this.#take(arrivalUs, isFinal);
      if (used === WAIT) return;
      if (used === REJECT) {
        this.#start += 1;
        this.discardedBytes += 1;
        this.#place.isSynced = false;
      } else {
        this.#start += used;
        this.#place.isSynced = true;
      }
      this.#place.heldSinceUs = Number.NaN;
    }
    this.#start = this.#end = 0;
  }

  /** Bytes of the message at the start, `WAIT` for more, or `REJECT`. */
  #take(arrivalUs: number, isFinal: boolean): number {
    const shape = this.#shape;
    if (shape === undefined || this.#bytes[this.#start] !== OP.dataPacket) return this.#takeControl(isFinal);
    const at = this.#start;
    const verdict = this.crcBytes === 0 ? this.#judge(shape, isFinal) : this.#judgeChecked(shape);
    const messageBytes = shape.packetBytes + this.crcBytes;
    if (verdict === WAIT && at + messageBytes <= this.#end && Number.isNaN(this.#place.heldSinceUs)) {
      this.#place.heldSinceUs = arrivalUs;
    }
    if (verdict !== ACCEPT) return verdict;
    const arrivedUs = Number.isNaN(this.#place.heldSinceUs) ? arrivalUs : this.#place.heldSinceUs;
    shape.line.accept(ticksAt(this.#bytes, at, shape.tickBytes), arrivedUs);
    this.#sink.onPacket(this.#bytes, at, arrivedUs);
    return messageBytes;
  }

  #takeControl(isFinal: boolean): number {
    const isStreaming = this.#shape !== undefined;
    const context = { awaited: this.awaited, crcBytes: this.crcBytes, isStreaming, isFinal };
    const control = readControl(this.#bytes, this.#start, this.#end, context);
    if (control.kind === "incomplete") return WAIT;
    if (control.kind === "none") return REJECT;
    // Out of step a lone FF may be any payload byte: it counts only when a packet stands behind it.
    const isLone = control.kind === "ack" && this.crcBytes === 0;
    if (isLone && isStreaming && !this.#place.isSynced && this.#bytes[this.#start + 1] !== OP.dataPacket) return REJECT;
    this.#sink.onControl(control);
    return control.bytes;
  }

  /** Without checksums: the ticks must follow, and what stands behind must be able to follow this packet. */
  #judge(shape: PacketShape, isFinal: boolean): number {
    const at = this.#start;
    const next = at + shape.packetBytes;
    const end = this.#end;
    if (next > end) return WAIT;
    const raw = ticksAt(this.#bytes, at, shape.tickBytes);
    const line = shape.line;
    const isTrusted = line.hasHistory ? line.canFollow(raw) : this.#place.isSynced;
    if (!isTrusted) return chainAt(this.#bytes, at, end, shape);
    if (next === end) return isFinal ? ACCEPT : WAIT;
    if (this.#bytes[next] !== OP.dataPacket) return this.#judgeControlBehind(next, isFinal);
    if (next + 1 + shape.tickBytes > end) return isFinal ? ACCEPT : WAIT;
    return line.follows(raw, ticksAt(this.#bytes, next, shape.tickBytes)) ? ACCEPT : REJECT;
  }

  #judgeControlBehind(next: number, isFinal: boolean): number {
    const header = this.#bytes[next];
    if (!isHeader(header)) return REJECT;
    const context = { awaited: this.awaited, crcBytes: this.crcBytes, isStreaming: true, isFinal };
    const control = readControl(this.#bytes, next, this.#end, context);
    if (control.kind === "none") return REJECT;
    return control.kind === "incomplete" && !isFinal ? WAIT : ACCEPT;
  }

  /** With checksums: a wrong one is always a reject; a single byte is too weak to stand alone. */
  #judgeChecked(shape: PacketShape): number {
    const at = this.#start;
    const to = at + shape.packetBytes;
    if (to + this.crcBytes > this.#end) return WAIT;
    if (!crcMatches(this.#bytes, at, to, this.crcBytes)) {
      if (this.#place.isSynced) this.badChecksums += 1;
      return REJECT;
    }
    if (this.crcBytes === 2) return ACCEPT;
    // One byte collides once in 256: the ticks must follow as well.
    const raw = ticksAt(this.#bytes, at, shape.tickBytes);
    const isPlausible = shape.line.hasHistory ? shape.line.canFollow(raw) : this.#place.isSynced;
    return isPlausible ? ACCEPT : this.#judgeChainChecked(shape);
  }

  #judgeChainChecked(shape: PacketShape): number {
    return chainAt(this.#bytes, this.#start, this.#end, { ...shape, packetBytes: shape.packetBytes + this.crcBytes });
  }
}

interface Place {
  /** Whether the byte at the start stands right behind a good message. */
  isSynced: boolean;
  /** When the packet that waits for its successor was complete, hub microseconds; NaN for none. */
  heldSinceUs: number;
}

const WAIT = 0;
const REJECT = -1;
const ACCEPT = -2;

/** Counter value of a packet at `bytes[at]`. */
function ticksAt(bytes: Uint8Array, at: number, tickBytes: 2 | 3): number {
  const low = bytes[at + 1]! | (bytes[at + 2]! << 8);
  return tickBytes === 3 ? low | (bytes[at + 3]! << 16) : low;
}

/** Whether three packets in a row stand here, each one step after the other: proof enough without any history. */
function chainAt(bytes: Uint8Array, at: number, end: number, shape: PacketShape): number {
  let before = ticksAt(bytes, at, shape.tickBytes);
  for (let link = 1; link <= 2; link++) {
    const next = at + link * shape.packetBytes;
    if (next >= end) return WAIT;
    if (bytes[next] !== OP.dataPacket) return REJECT;
    if (next + 1 + shape.tickBytes > end) return WAIT;
    const raw = ticksAt(bytes, next, shape.tickBytes);
    if (!shape.line.isNextStep(before, raw)) return REJECT;
    before = raw;
  }
  return ACCEPT;
}
