import type { WireBlock } from "@polychron/protocol";
import { quantised } from "./phone-clock.js";
import type { PhoneSensor } from "./sensors.js";

/** Makes the samples of one sensor as they fall due by the phone's own clock; rests until it is told to run. */
export class SampleSource {
  readonly sensor: PhoneSensor;
  readonly #streamIndex: number;
  readonly #periodS: number;
  #nextSeq = 0;
  /** The time that sample 0 would have had in this run; undefined while it rests. */
  #zeroS: number | undefined;
  /** The first sample of this run. */
  #runSeq = 0;

  constructor(sensor: PhoneSensor, streamIndex: number) {
    this.sensor = sensor;
    this.#streamIndex = streamIndex;
    this.#periodS = 1 / sensor.stream.nominal_rate_hz;
  }

  get stream(): string {
    return this.sensor.stream.stream;
  }

  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** From `nowS` on samples fall due; the numbers go on. Without effect while it runs. */
  run(nowS: number): void {
    if (this.#zeroS !== undefined) return;
    this.#zeroS = nowS - this.#nextSeq * this.#periodS;
    this.#runSeq = this.#nextSeq;
  }

  /** The clock reads so many seconds more from now on: the samples keep their pace. */
  leap(byS: number): void {
    if (this.#zeroS !== undefined) this.#zeroS += byS;
  }

  rest(): void {
    this.#zeroS = undefined;
  }

  /** Everything that is due at `nowS`. */
  make(nowS: number): WireBlock | undefined {
    const count = this.#zeroS === undefined ? 0 : this.seqAt(nowS) - this.#nextSeq;
    if (count <= 0) return undefined;
    const firstSeq = this.#nextSeq;
    const times = Float64Array.from({ length: count }, (_, row) => this.timeOf(firstSeq + row));
    const rows = Array.from(times, (atS) => this.sensor.values(atS));
    const { channels } = this.sensor.stream;
    this.#nextSeq += count;
    return {
      streamIndex: this.#streamIndex,
      firstSeq,
      skips: false,
      deviceTimeS: times,
      channels: channels.map((_, channel) => Float64Array.from(rows, (row) => row[channel]!)),
    };
  }

  /** The number of the first sample of this run at or after a time; while it rests, of the next one. */
  seqAt(timeS: number): number {
    if (this.#zeroS === undefined) return this.#nextSeq;
    let seq = Math.max(this.#runSeq, Math.floor((timeS - this.#zeroS) / this.#periodS) - 1);
    while (this.timeOf(seq) < timeS) seq += 1;
    return seq;
  }

  /** Device seconds of a sample of this run. */
  timeOf(seq: number): number {
    return quantised((this.#zeroS ?? 0) + seq * this.#periodS);
  }
}
