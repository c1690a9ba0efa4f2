/** Bytes that arrive in chunks and are taken in pieces of another size; each byte is copied once, when it is taken. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** A copy of up to `count` bytes from `from` on; they stay in the queue. */
  peek(count: number, from = 0): Uint8Array {
    const copy = new Uint8Array(Math.max(0, Math.min(count, this.#length - from)));
    let chunkAt = -from;
    for (const chunk of this.#chunks) {
      if (chunkAt >= copy.length) break;
      const part = chunk.subarray(Math.max(0, -chunkAt), copy.length - chunkAt);
      if (chunkAt + chunk.length > 0) copy.set(part, Math.max(0, chunkAt));
      chunkAt += chunk.length;
    }
    return copy;
  }

  /** The next `count` bytes, which must be there. */
  take(count: number): Uint8Array {
    const taken = this.peek(count);
    let left = taken.length;
    this.#length -= left;
    while (left > 0) {
      const first = this.#chunks[0]!;
      if (first.length > left) this.#chunks[0] = first.subarray(left);
      else this.#chunks.shift();
      left -= Math.min(left, first.length);
    }
    return taken;
  }
}
