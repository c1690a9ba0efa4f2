import type { SerialPort } from "serialport";
import { asDeviceError, DeviceError } from "../errors.js";
import { Listeners } from "../listeners.js";
import { pause, systemTimers, type MonotonicClock, type Timers } from "../timing.js";
import type { ChunkListener, Transport } from "./transport.js";

/** Baud rate of the dock and of USB; RFCOMM ignores it (protocol reference, section 1). */
const BAUD_RATE = 115_200;
/** Opening an RFCOMM port can fail the first time: this many tries in all, one second apart. */
const OPEN_TRIES = 3;
const OPEN_RETRY_MS = 1_000;

/** What a serial transport needs. */
export interface SerialOptions {
  /** `/dev/rfcomm0`, `COM5`, … */
  readonly address: string;
  readonly clock: MonotonicClock;
  readonly timers?: Timers;
}

/** A serial port as a byte pipe: 115200 8N1, no flow control; the native module loads in `open`. */
export class SerialTransport implements Transport {
  readonly #address: string;
  readonly #clock: MonotonicClock;
  readonly #timers: Timers;
  readonly #chunks = new Listeners<Parameters<ChunkListener>>();
  readonly #closed = new Listeners<[reason: string]>();
  #port: SerialPort | undefined;

  constructor(options: SerialOptions) {
    this.#address = options.address;
    this.#clock = options.clock;
    this.#timers = options.timers ?? systemTimers;
  }

  async open(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        const port = await openPort(this.#address);
        if (signal.aborted) {
          await closePort(port);
          signal.throwIfAborted();
        }
        this.#listen(port);
        return;
      } catch (thrown) {
        signal.throwIfAborted();
        const error = serialError(thrown, this.#address);
        // Only a failed radio connection is worth another try; a missing or held port stays so.
        if (error.code !== "TRANSPORT_FAILED" || attempt === OPEN_TRIES) throw error;
        await pause(this.#timers, OPEN_RETRY_MS, signal);
      }
    }
  }

  write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    if (port === undefined || !port.isOpen) {
      return Promise.reject(new DeviceError("TRANSPORT_CLOSED", { address: this.#address, reason: "it is not open" }));
    }
    return new Promise((resolve, reject) => {
      port.write(Buffer.from(bytes), (cause) => (cause ? reject(serialError(cause, this.#address)) : resolve()));
    });
  }

  async close(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    if (port?.isOpen === true) await closePort(port);
  }

  onChunk(listener: ChunkListener): () => void {
    return this.#chunks.add(listener);
  }

  onClosed(listener: (reason: string) => void): () => void {
    return this.#closed.add(listener);
  }

  #listen(port: SerialPort): void {
    this.#port = port;
    port.on("data", (bytes: Buffer) => this.#chunks.call(bytes, this.#clock.nowUs()));
    port.on("close", (cause: Error | null) => this.#ended(port, cause?.message ?? "the port was closed"));
    port.on("error", (cause: Error) => this.#ended(port, cause.message));
  }

  #ended(port: SerialPort, reason: string): void {
    if (this.#port !== port) return;
    this.#port = undefined;
    this.#closed.call(reason);
    // After an error without a close event the descriptor would stay open and keep the port busy.
    if (port.isOpen) port.close(() => undefined);
  }
}

async function openPort(address: string): Promise<SerialPort> {
  const { SerialPort } = await import("serialport");
  return new Promise((resolve, reject) => {
    const port = new SerialPort({ path: address, baudRate: BAUD_RATE, autoOpen: false });
    port.open((cause) => (cause ? reject(cause) : resolve(port)));
  });
}

function closePort(port: SerialPort): Promise<void> {
  return new Promise((resolve, reject) => port.close((cause) => (cause ? reject(cause) : resolve())));
}

/** The system's text for a failed port operation as a typed error (Linux, macOS and Windows wordings). */
export function serialError(thrown: unknown, address: string): DeviceError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (/no such file|file not found|no such device|ENOENT/i.test(reason)) {
    return new DeviceError("TRANSPORT_NOT_FOUND", { address }, thrown);
  }
  // Windows says "Access denied" for a port that another program holds.
  if (/cannot lock|resource busy|EBUSY|access( is)? denied/i.test(reason)) {
    return new DeviceError("TRANSPORT_BUSY", { address }, thrown);
  }
  if (/permission denied|EACCES|EPERM|not permitted/i.test(reason)) {
    return new DeviceError("TRANSPORT_NO_ACCESS", { address }, thrown);
  }
  return asDeviceError(thrown, address);
}
