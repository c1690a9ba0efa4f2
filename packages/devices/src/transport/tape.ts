import { DeviceError } from "../errors.js";
import { Listeners } from "../listeners.js";
import type { MonotonicClock, Timers } from "../timing.js";
import type { ChunkListener, Transport } from "./transport.js";

/** What a tape holds: bytes that came, bytes that went, the end of the pipe; each with hub microseconds. */
export interface TapeEntry {
  readonly kind: "in" | "out" | "closed";
  readonly atUs: number;
  /** The bytes, or the reason of the end in UTF-8. */
  readonly bytes: Uint8Array;
}

const KINDS = ["in", "out", "closed"] as const;
/** Kind u8, time f64 LE, length u32 LE. */
const HEAD_BYTES = 13;

/** An entry as it stands on a tape. */
export function encodeTapeEntry({ kind, atUs, bytes }: TapeEntry): Uint8Array {
  const out = new Uint8Array(HEAD_BYTES + bytes.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, KINDS.indexOf(kind));
  view.setFloat64(1, atUs, true);
  view.setUint32(9, bytes.length, true);
  out.set(bytes, HEAD_BYTES);
  return out;
}

/** The entries of a tape. Throws `TAPE_INVALID` with the byte up to which it can be read. */
export function decodeTape(tape: Uint8Array): TapeEntry[] {
  const view = new DataView(tape.buffer, tape.byteOffset, tape.length);
  const entries: TapeEntry[] = [];
  for (let at = 0; at < tape.length;) {
    if (at + HEAD_BYTES > tape.length) throw invalid("an entry is cut", at);
    const kind = KINDS[view.getUint8(at)];
    if (kind === undefined) throw invalid(`${view.getUint8(at)} is no kind of entry`, at);
    const from = at + HEAD_BYTES;
    const to = from + view.getUint32(at + 9, true);
    if (to > tape.length) throw invalid("an entry is cut", at);
    entries.push({ kind, atUs: view.getFloat64(at + 1, true), bytes: tape.slice(from, to) });
    at = to;
  }
  return entries;
}

function invalid(reason: string, atByte: number): DeviceError {
  return new DeviceError("TAPE_INVALID", { reason, atByte });
}

/** Records all that passes through a pipe; `write` takes each entry as it is to stand on the tape. */
export class RecordingTransport implements Transport {
  readonly #inner: Transport;
  readonly #clock: MonotonicClock;
  readonly #record: (entry: TapeEntry) => void;

  constructor(inner: Transport, clock: MonotonicClock, write: (bytes: Uint8Array) => void) {
    this.#inner = inner;
    this.#clock = clock;
    this.#record = (entry) => write(encodeTapeEntry(entry));
    inner.onChunk((bytes, atUs) => this.#record({ kind: "in", atUs, bytes }));
    inner.onClosed((reason) =>
      this.#record({ kind: "closed", atUs: clock.nowUs(), bytes: new TextEncoder().encode(reason) }),
    );
  }

  open(signal: AbortSignal): Promise<void> {
    return this.#inner.open(signal);
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#record({ kind: "out", atUs: this.#clock.nowUs(), bytes });
    return this.#inner.write(bytes);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  onChunk(listener: ChunkListener): () => void {
    return this.#inner.onChunk(listener);
  }

  onClosed(listener: (reason: string) => void): () => void {
    return this.#inner.onClosed(listener);
  }
}

/**
 * Plays a tape back: what came comes again, as far behind what went before it as it was then. What the host writes now
 * need not be what it wrote then, only as much: bytes that answered a command wait until a command was written.
 */
export class TapeTransport implements Transport {
  readonly #entries: readonly TapeEntry[];
  readonly #clock: MonotonicClock;
  readonly #timers: Timers;
  readonly #chunks = new Listeners<Parameters<ChunkListener>>();
  readonly #closed = new Listeners<[reason: string]>();
  #next = 0;
  /** Bytes written beyond what the tape has passed. */
  #ahead = 0;
  #cancel: (() => void) | undefined;
  #isOpen = false;

  /** Throws `TAPE_INVALID`. */
  constructor(tape: Uint8Array, clock: MonotonicClock, timers: Timers) {
    this.#entries = decodeTape(tape);
    this.#clock = clock;
    this.#timers = timers;
  }

  open(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (this.#next === this.#entries.length)
      return Promise.reject(new DeviceError("TRANSPORT_NOT_FOUND", { address: "tape" }));
    this.#isOpen = true;
    this.#proceed();
    return Promise.resolve();
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen)
      return Promise.reject(new DeviceError("TRANSPORT_CLOSED", { address: "tape", reason: "it is not open" }));
    this.#ahead += bytes.length;
    this.#proceed();
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#cancel?.();
    this.#cancel = undefined;
    return Promise.resolve();
  }

  onChunk(listener: ChunkListener): () => void {
    return this.#chunks.add(listener);
  }

  onClosed(listener: (reason: string) => void): () => void {
    return this.#closed.add(listener);
  }

  /** Passes what was written, and waits as long as the tape did before the next bytes come. */
  #proceed(): void {
    if (this.#cancel !== undefined || !this.#isOpen) return;
    for (let entry = this.#entries[this.#next]; entry?.kind === "out"; entry = this.#entries[this.#next]) {
      if (entry.bytes.length > this.#ahead) return;
      this.#ahead -= entry.bytes.length;
      this.#next += 1;
    }
    const entry = this.#entries[this.#next];
    if (entry === undefined) return;
    const beforeUs = this.#entries[this.#next - 1]?.atUs ?? entry.atUs;
    this.#cancel = this.#timers.after(Math.max(0, entry.atUs - beforeUs) / 1000, () => this.#play(entry));
  }

  #play(entry: TapeEntry): void {
    this.#cancel = undefined;
    this.#next += 1;
    if (entry.kind === "closed") {
      this.#isOpen = false;
      this.#closed.call(new TextDecoder().decode(entry.bytes));
    } else {
      this.#chunks.call(entry.bytes, this.#clock.nowUs());
    }
    this.#proceed();
  }
}
