import { encodeBlock, type WireBlock } from "@polychron/protocol";

/** Blocks on their way out, with the faults that strike single ones. */
export class BlockOutlet {
  readonly #send: (bytes: Uint8Array) => void;
  readonly #left = { duplicate: 0, reorder: 0 };
  /** Waits for the next block of its stream, to be sent behind it. */
  readonly #late = new Map<number, Uint8Array>();

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** The next `count` blocks suffer this. */
  strike(kind: "duplicate" | "reorder", count: number): void {
    this.#left[kind] += count;
  }

  put(block: WireBlock): void {
    const bytes = encodeBlock(block);
    const late = this.#late.get(block.streamIndex);
    if (late === undefined && this.#isStruck("reorder")) return void this.#late.set(block.streamIndex, bytes);
    this.#send(bytes);
    if (this.#isStruck("duplicate")) this.#send(bytes);
    if (late === undefined) return;
    this.#late.delete(block.streamIndex);
    this.#send(late);
  }

  /** The connection is gone, and what was to be sent on it. */
  clear(): void {
    this.#late.clear();
  }

  #isStruck(kind: "duplicate" | "reorder"): boolean {
    if (this.#left[kind] === 0) return false;
    this.#left[kind] -= 1;
    return true;
  }
}
