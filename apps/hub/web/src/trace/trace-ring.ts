/** About two minutes at the hub's 32 points a second: the minute shown, and room for a faster hub. */
const CAPACITY_POINTS = 4096;

/**
 * The newest points of one stream: hub microseconds and one value per channel, in typed arrays that are filled round
 * and round. A missing value is NaN. Memory is constant whatever arrives.
 */
export class TraceRing {
  readonly capacity: number;
  readonly #atUs: Float64Array;
  readonly #channels: readonly Float64Array[];
  #written = 0;

  constructor(channelCount: number, capacity = CAPACITY_POINTS) {
    this.capacity = capacity;
    this.#atUs = new Float64Array(capacity);
    this.#channels = Array.from({ length: channelCount }, () => new Float64Array(capacity));
  }

  get channelCount(): number {
    return this.#channels.length;
  }

  /** How many points are held. */
  get length(): number {
    return Math.min(this.#written, this.capacity);
  }

  /** Hub microseconds of the newest point; -Infinity while there is none. */
  get newestUs(): number {
    return this.#written === 0 ? Number.NEGATIVE_INFINITY : this.atUs(this.length - 1);
  }

  /** Hub microseconds of a point, 0 = the oldest held. */
  atUs(index: number): number {
    return this.#atUs[this.#slot(index)]!;
  }

  /** The value of one channel at a point, 0 = the oldest held; NaN = no valid value. */
  value(channel: number, index: number): number {
    return this.#channels[channel]![this.#slot(index)]!;
  }

  /** Takes one column per channel; points that are not newer than the newest held are already here and left out. */
  push(atUs: readonly number[], channels: readonly (readonly (number | null)[])[]): void {
    for (let row = 0; row < atUs.length; row++) {
      if (atUs[row]! <= this.newestUs) continue;
      const slot = this.#written % this.capacity;
      this.#atUs[slot] = atUs[row]!;
      for (let channel = 0; channel < this.#channels.length; channel++) {
        this.#channels[channel]![slot] = channels[channel]?.[row] ?? Number.NaN;
      }
      this.#written++;
    }
  }

  #slot(index: number): number {
    return (this.#written - this.length + index) % this.capacity;
  }
}
