import { DeviceError } from "../errors.js";
import { pause, type MonotonicClock, type Timers } from "../timing.js";
import type { Transport } from "../transport/transport.js";
import type { CrcBytes } from "./checksum.js";
import { CommandChannel, type ShimmerCommand } from "./command-channel.js";
import { Framer, type PacketShape } from "./framer.js";
import { OP } from "./opcodes.js";
import type { Control } from "./replies.js";

/** What a link needs; the three listeners are called synchronously and must not throw. */
export interface LinkPorts {
  readonly transport: Transport;
  /** Where it is, for messages. */
  readonly address: string;
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  /** A packet at `bytes[at]`, valid during the call only. */
  onPacket(bytes: Uint8Array, at: number, arrivalUs: number): void;
  /** Every packet of a chunk has been handed over. */
  onChunkEnd(arrivalUs: number): void;
  /** An answer that no command asked for: a status or a battery reading in the stream. */
  onUnasked(control: Control): void;
  onClosed(reason: string): void;
}

/** Waits of the reference drivers (protocol reference, section 11). */
const SETTLE_AFTER_OPEN_MS = 500;
const SETTLE_AFTER_STOP_MS = 200;
/** Without checksums the newest packet waits for its successor, this long at most. */
const HELD_PACKET_MS = 40;

/** One connection to a Shimmer: the byte pipe, the framer behind it, and the commands through it. */
export class ShimmerLink {
  readonly framer: Framer;
  readonly #ports: LinkPorts;
  readonly #commands: CommandChannel;
  #isDraining = false;
  #lastByteUs = 0;
  #cancelFlush = (): void => undefined;

  constructor(ports: LinkPorts) {
    this.#ports = ports;
    this.framer = new Framer({ onPacket: ports.onPacket, onControl: (control) => this.#onControl(control) });
    this.#commands = new CommandChannel(
      (bytes) => ports.transport.write(bytes),
      (awaited) => (this.framer.awaited = awaited),
      ports.timers,
    );
    ports.transport.onChunk((bytes, arrivalUs) => this.#onChunk(bytes, arrivalUs));
    ports.transport.onClosed((reason) => this.#onClosed(reason));
  }

  /** Hub microseconds of the last byte that arrived. */
  get lastByteUs(): number {
    return this.#lastByteUs;
  }

  /** Opens the pipe and clears what a former connection left: a running stream is stopped, junk is dropped. Throws `TRANSPORT_*`. */
  async open(signal: AbortSignal): Promise<void> {
    this.framer.reset();
    this.framer.crcBytes = 0;
    this.#isDraining = true;
    try {
      await this.#ports.transport.open(signal);
      await pause(this.#ports.timers, SETTLE_AFTER_OPEN_MS, signal);
      await this.#ports.transport.write(Uint8Array.of(OP.stopStreaming));
      await pause(this.#ports.timers, SETTLE_AFTER_STOP_MS, signal);
      await this.drain({ quietMs: 100, capMs: 5_000 }, signal);
    } finally {
      this.#isDraining = false;
    }
    this.#lastByteUs = this.#ports.clock.nowUs();
  }

  /** As `CommandChannel.send`. */
  command(command: ShimmerCommand, signal: AbortSignal): Promise<Uint8Array> {
    return this.#commands.send(command, signal);
  }

  /** From now on packets of this shape are expected; without one, answers only. */
  expect(shape: PacketShape | undefined): void {
    this.framer.reset(shape);
  }

  setCrc(bytes: CrcBytes): void {
    this.framer.crcBytes = bytes;
  }

  /** Drops what arrives until `quietMs` pass without a byte, or `capMs` in all. */
  async drain({ quietMs, capMs }: { quietMs: number; capMs: number }, signal: AbortSignal): Promise<void> {
    const fromUs = this.#ports.clock.nowUs();
    const was = this.#isDraining;
    this.#isDraining = true;
    try {
      for (let quiet = false; !quiet && this.#ports.clock.nowUs() - fromUs < capMs * 1000;) {
        const before = this.#lastByteUs;
        await pause(this.#ports.timers, quietMs, signal);
        quiet = this.#lastByteUs === before;
      }
    } finally {
      this.#isDraining = was;
      this.framer.reset();
    }
  }

  /** Hands over the packet that waits for its successor: none will come. */
  flush(): void {
    this.#cancelFlush();
    this.#flush();
  }

  async close(): Promise<void> {
    this.#cancelFlush();
    this.#fail("the hub let go of it");
    await this.#ports.transport.close();
  }

  #onChunk(bytes: Uint8Array, arrivalUs: number): void {
    this.#lastByteUs = arrivalUs;
    if (this.#isDraining) return;
    this.#cancelFlush();
    this.framer.push(bytes, arrivalUs);
    this.#ports.onChunkEnd(arrivalUs);
    if (this.framer.isHolding) this.#cancelFlush = this.#ports.timers.after(HELD_PACKET_MS, () => this.#flush());
  }

  #flush(): void {
    const nowUs = this.#ports.clock.nowUs();
    this.framer.flush(nowUs);
    this.#ports.onChunkEnd(nowUs);
  }

  #onControl(control: Control): void {
    if (!this.#commands.onControl(control)) this.#ports.onUnasked(control);
  }

  #onClosed(reason: string): void {
    this.#cancelFlush();
    this.#fail(reason);
    this.#ports.onClosed(reason);
  }

  #fail(reason: string): void {
    this.#commands.fail(new DeviceError("TRANSPORT_CLOSED", { address: this.#ports.address, reason }));
  }
}
