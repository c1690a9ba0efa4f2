import type { TraceChunk } from "@polychron/protocol";
import { TraceRing } from "./trace-ring.js";

/** The live points of every stream, by device and file type. Kept outside the page's state: it changes thirty times a second. */
export class TraceBook {
  readonly #rings = new Map<string, TraceRing>();

  push(chunk: TraceChunk): void {
    this.#ringFor(chunk).push(chunk.at_us, chunk.channels);
  }

  /** The points of a stream; undefined while none came. */
  find(device: string, fileType: string): TraceRing | undefined {
    return this.#rings.get(keyOf(device, fileType));
  }

  /** Forgets everything: after a reconnect the hub sends its last minute again. */
  clear(): void {
    this.#rings.clear();
  }

  /** A stream whose channels changed (another sensor was switched on) begins anew. */
  #ringFor(chunk: TraceChunk): TraceRing {
    const key = keyOf(chunk.device, chunk.file_type);
    const known = this.#rings.get(key);
    if (known?.channelCount === chunk.channels.length) return known;
    const ring = new TraceRing(chunk.channels.length);
    this.#rings.set(key, ring);
    return ring;
  }
}

function keyOf(device: string, fileType: string): string {
  return `${device}/${fileType}`;
}
