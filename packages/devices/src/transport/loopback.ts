import { DeviceError } from "../errors.js";
import { Listeners } from "../listeners.js";
import type { MonotonicClock } from "../timing.js";
import type { ChunkListener, Transport } from "./transport.js";

/** The device's end of a byte pipe, as an emulator sees it. */
export interface DevicePort {
  /** Sends bytes to the host; false when they vanish because no host is connected or it does not read. */
  send(bytes: Uint8Array): boolean;
  onReceived(listener: (bytes: Uint8Array) => void): () => void;
  /** Tells when a host opens (`true`) or leaves (`false`). */
  onLink(listener: (isUp: boolean) => void): () => void;
  /** Breaks the link and refuses the host until `restore`. */
  cut(reason: string): void;
  restore(): void;
}

/** An in-memory pipe: the host's `Transport` and the device's port, chunks in order and never within the caller's stack. */
export interface LoopbackPipe {
  readonly transport: Transport;
  readonly port: DevicePort;
}

/** Makes an in-memory pipe; `address` names it in errors. */
export function loopback(clock: MonotonicClock, address = "loopback"): LoopbackPipe {
  const wire = new Wire();
  return { transport: new LoopbackTransport(wire, clock, address), port: new LoopbackPort(wire) };
}

class Wire {
  readonly toHost = new Listeners<[bytes: Uint8Array]>();
  readonly toDevice = new Listeners<[bytes: Uint8Array]>();
  readonly link = new Listeners<[isUp: boolean]>();
  readonly broken = new Listeners<[reason: string]>();
  isOpen = false;
  isCut = false;
  /** Counts connections: bytes sent on one are never delivered on the next. */
  connection = 0;

  deliver(to: Listeners<[bytes: Uint8Array]>, bytes: Uint8Array): void {
    const connection = this.connection;
    const copy = bytes.slice();
    queueMicrotask(() => {
      if (this.isOpen && this.connection === connection) to.call(copy);
    });
  }
}

class LoopbackTransport implements Transport {
  readonly #wire: Wire;
  readonly #address: string;
  readonly #chunks = new Listeners<Parameters<ChunkListener>>();

  constructor(wire: Wire, clock: MonotonicClock, address: string) {
    this.#wire = wire;
    this.#address = address;
    wire.toHost.add((bytes) => this.#chunks.call(bytes, clock.nowUs()));
  }

  open(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (this.#wire.isCut) return Promise.reject(new DeviceError("TRANSPORT_NOT_FOUND", { address: this.#address }));
    if (this.#wire.isOpen) return Promise.reject(new DeviceError("TRANSPORT_BUSY", { address: this.#address }));
    this.#wire.isOpen = true;
    this.#wire.connection += 1;
    this.#wire.link.call(true);
    return Promise.resolve();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#wire.isOpen) {
      return Promise.reject(new DeviceError("TRANSPORT_CLOSED", { address: this.#address, reason: "it is not open" }));
    }
    this.#wire.deliver(this.#wire.toDevice, bytes);
    return Promise.resolve();
  }

  close(): Promise<void> {
    if (this.#wire.isOpen) {
      this.#wire.isOpen = false;
      this.#wire.link.call(false);
    }
    return Promise.resolve();
  }

  onChunk(listener: ChunkListener): () => void {
    return this.#chunks.add(listener);
  }

  onClosed(listener: (reason: string) => void): () => void {
    return this.#wire.broken.add(listener);
  }
}

class LoopbackPort implements DevicePort {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  send(bytes: Uint8Array): boolean {
    if (!this.#wire.isOpen) return false;
    this.#wire.deliver(this.#wire.toHost, bytes);
    return true;
  }

  onReceived(listener: (bytes: Uint8Array) => void): () => void {
    return this.#wire.toDevice.add(listener);
  }

  onLink(listener: (isUp: boolean) => void): () => void {
    return this.#wire.link.add(listener);
  }

  cut(reason: string): void {
    this.#wire.isCut = true;
    if (!this.#wire.isOpen) return;
    this.#wire.isOpen = false;
    this.#wire.link.call(false);
    queueMicrotask(() => this.#wire.broken.call(reason));
  }

  restore(): void {
    this.#wire.isCut = false;
  }
}
