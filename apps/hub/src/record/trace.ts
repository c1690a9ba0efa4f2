import type { TraceChunk } from "@polychron/protocol";
import type { SampleBlock } from "@polychron/session/model";
import type { ToHubUs } from "./stream-cut.js";

const POINT_EVERY_US = 1e6 / 32;
/** A page redraws no faster than it can be seen to: points leave in groups. */
const CHUNK_EVERY_US = 100_000;
/** A clock estimate that moved back further than this began anew: points go on at once. */
const RESTART_US = 2e6;
const KEPT_POINTS = 60 * 32;

/**
 * The live picture of one stream: every sample a screen can show, none it cannot. The last minute stays for a page that
 * opens, in arrays of fixed size.
 */
export class Trace {
  readonly #name: { device: string; file_type: string };
  readonly #toHubUs: ToHubUs;
  /** Times first, then one array per channel; filled round and round. */
  readonly #ring: readonly Float64Array[];
  #points = 0;
  #sentPoints = 0;
  #sentUs = Number.NEGATIVE_INFINITY;
  #nextUs = Number.NEGATIVE_INFINITY;

  constructor(name: { device: string; fileType: string; channels: number }, toHubUs: ToHubUs) {
    this.#name = { device: name.device, file_type: name.fileType };
    this.#ring = Array.from({ length: 1 + name.channels }, () => new Float64Array(KEPT_POINTS));
    this.#toHubUs = toHubUs;
  }

  /** The last minute; undefined before the first point. */
  get recent(): TraceChunk | undefined {
    return this.#points === 0 ? undefined : this.#chunk(Math.max(0, this.#points - KEPT_POINTS));
  }

  /** Takes the points of a block. */
  push(block: SampleBlock): void {
    // Within a block a clock's line is straight: two looks at the clock place all its samples.
    const last = block.count - 1;
    const [fromS, toS] = [block.deviceTimeS[0]!, block.deviceTimeS[last]!];
    const fromUs = this.#toHubUs(fromS);
    const usPerS = toS > fromS ? (this.#toHubUs(toS) - fromUs) / (toS - fromS) : 1e6;
    for (let row = 0; row <= last; row++) {
      const us = fromUs + (block.deviceTimeS[row]! - fromS) * usPerS;
      if (us < this.#nextUs && this.#nextUs - us < RESTART_US) continue;
      this.#nextUs = us + POINT_EVERY_US;
      this.#keep(us, block, row);
    }
  }

  /** Every tenth of a second, the points since the last time. */
  fresh(): TraceChunk | undefined {
    if (this.#points === this.#sentPoints || Math.abs(this.#newestUs - this.#sentUs) < CHUNK_EVERY_US) return undefined;
    const chunk = this.#chunk(this.#sentPoints);
    this.skip();
    return chunk;
  }

  /** Nobody is there to whom they would be new: a page that opens gets the last minute. */
  skip(): void {
    if (this.#points === 0) return;
    this.#sentPoints = this.#points;
    this.#sentUs = this.#newestUs;
  }

  #keep(us: number, block: SampleBlock, row: number): void {
    const at = this.#points % KEPT_POINTS;
    this.#ring[0]![at] = us;
    for (let channel = 1; channel < this.#ring.length; channel++)
      this.#ring[channel]![at] = block.channels[channel - 1]![row]!;
    this.#points += 1;
  }

  get #newestUs(): number {
    return this.#ring[0]![(this.#points - 1) % KEPT_POINTS]!;
  }

  #chunk(from: number): TraceChunk {
    const times: number[] = [];
    const channels = this.#ring.slice(1).map((): (number | null)[] => []);
    for (let point = from; point < this.#points; point++) {
      const at = point % KEPT_POINTS;
      times.push(Math.round(this.#ring[0]![at]!));
      for (let channel = 0; channel < channels.length; channel++) {
        const value = this.#ring[channel + 1]![at]!;
        channels[channel]!.push(Number.isFinite(value) ? value : null);
      }
    }
    return { ...this.#name, at_us: times, channels };
  }
}
