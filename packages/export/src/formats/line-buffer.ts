import { NUMBER_TEXT_MAX_BYTES, writeNumber } from "@polychron/session/format";
import type { ByteSink } from "../format.js";

const START_BYTES = 1 << 16;
/** From here on a flush is due. */
const FULL_BYTES = 1 << 18;
const encoder = new TextEncoder();

/** Bytes of a file that is written from its start to its end, gathered into large pieces. */
export class LineBuffer {
  readonly #sink: ByteSink;
  #bytes = new Uint8Array(START_BYTES);
  #used = 0;
  #written = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  get full(): boolean {
    return this.#used >= FULL_BYTES;
  }

  /** The shortest text that reads back as the same double. */
  number(value: number): void {
    this.#reserve(NUMBER_TEXT_MAX_BYTES);
    this.#used = writeNumber(this.#bytes, this.#used, value);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#used++] = value;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  text(text: string): void {
    this.bytes(encoder.encode(text));
  }

  async flush(): Promise<void> {
    await this.#sink.write(this.#bytes.subarray(0, this.#used), this.#written);
    this.#written += this.#used;
    this.#used = 0;
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + bytes));
    larger.set(this.#bytes.subarray(0, this.#used));
    this.#bytes = larger;
  }
}
