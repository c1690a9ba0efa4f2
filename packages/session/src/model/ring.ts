import type { SampleBlock } from "./stream.js";

const ROWS_AT_FIRST = 64;

/**
 * The last seconds of a stream, copied into arrays that are filled round and round: blocks that were kept themselves would
 * live just long enough to cost the garbage collector most.
 */
export class SampleRing {
  readonly #spanUs: number;
  /** Sample number, device time, arrival, then the channels. */
  #columns: readonly Float64Array[];
  #missing: readonly Uint8Array[];
  #fileType = "";
  #from = 0;
  #rows = 0;

  /** `spanS`: how many seconds (by arrival) to keep. */
  constructor({ spanS, channels }: { spanS: number; channels: number }) {
    this.#spanUs = spanS * 1e6;
    this.#columns = Array.from({ length: 3 + channels }, () => new Float64Array(ROWS_AT_FIRST));
    this.#missing = Array.from({ length: channels }, () => new Uint8Array(ROWS_AT_FIRST));
  }

  push(block: SampleBlock): void {
    this.#fileType = block.fileType;
    this.#forgetBefore(block.arrivalUs[block.count - 1]! - this.#spanUs);
    while (this.#rows + block.count > this.#capacity) this.#grow();
    this.#keep(block);
    this.#rows += block.count;
  }

  /** Nothing is kept any more. */
  clear(): void {
    this.#rows = 0;
  }

  /** Everything that is kept, oldest first, in blocks whose sample numbers have no holes; copies of their own. */
  blocks(): SampleBlock[] {
    const blocks: SampleBlock[] = [];
    for (let row = 0; row < this.#rows;) {
      const count = this.#runFrom(row);
      blocks.push(this.#copy(row, count));
      row += count;
    }
    return blocks;
  }

  get #capacity(): number {
    return this.#columns[0]!.length;
  }

  #at(row: number): number {
    return (this.#from + row) % this.#capacity;
  }

  #forgetBefore(oldestUs: number): void {
    const arrivalUs = this.#columns[2]!;
    while (this.#rows > 0 && arrivalUs[this.#from]! < oldestUs) {
      this.#from = this.#at(1);
      this.#rows -= 1;
    }
  }

  #keep({ firstSeq, count, deviceTimeS, arrivalUs, channels, missing }: SampleBlock): void {
    const from = this.#at(this.#rows);
    numberRound(this.#columns[0]!, from, { firstSeq, count });
    copyRound(deviceTimeS, this.#columns[1]!, from, count);
    copyRound(arrivalUs, this.#columns[2]!, from, count);
    for (let channel = 0; channel < this.#missing.length; channel++) {
      copyRound(channels[channel]!, this.#columns[3 + channel]!, from, count);
      copyRound(missing?.[channel], this.#missing[channel]!, from, count);
    }
  }

  #grow(): void {
    const unrolled = (column: Float64Array | Uint8Array, into: Float64Array | Uint8Array): void => {
      for (let row = 0; row < this.#rows; row++) into[row] = column[this.#at(row)]!;
    };
    const capacity = 2 * this.#capacity;
    const columns = this.#columns.map(() => new Float64Array(capacity));
    const missing = this.#missing.map(() => new Uint8Array(capacity));
    this.#columns.forEach((column, index) => unrolled(column, columns[index]!));
    this.#missing.forEach((mask, index) => unrolled(mask, missing[index]!));
    [this.#columns, this.#missing, this.#from] = [columns, missing, 0];
  }

  #runFrom(row: number): number {
    const seq = this.#columns[0]!;
    const first = seq[this.#at(row)]!;
    let count = 1;
    while (row + count < this.#rows && seq[this.#at(row + count)] === first + count) count++;
    return count;
  }

  #copy(from: number, count: number): SampleBlock {
    const rows = <Column extends Float64Array | Uint8Array>(column: Column, into: Column): Column => {
      for (let row = 0; row < count; row++) into[row] = column[this.#at(from + row)]!;
      return into;
    };
    const [seq, deviceTimeS, arrivalUs, ...channels] = this.#columns.map((column) =>
      rows(column, new Float64Array(count)),
    ) as [Float64Array, Float64Array, Float64Array, ...Float64Array[]];
    const missing = this.#missing.map((mask) => rows(mask, new Uint8Array(count)));
    const block = { fileType: this.#fileType, firstSeq: seq[0]!, count, deviceTimeS, arrivalUs, channels };
    return missing.some((mask) => mask.includes(1)) ? { ...block, missing } : block;
  }
}

/** Sample numbers into a round column from a place on. */
function numberRound(into: Float64Array, at: number, { firstSeq, count }: { firstSeq: number; count: number }): void {
  for (let row = 0, place = at; row < count; row++, place++) {
    if (place === into.length) place = 0;
    into[place] = firstSeq + row;
  }
}

/** Fills a round column from a place on; zeros where there is nothing to copy. */
function copyRound<Column extends Float64Array | Uint8Array>(
  from: Column | undefined,
  into: Column,
  at: number,
  count: number,
): void {
  const first = Math.min(count, into.length - at);
  if (from === undefined) {
    into.fill(0, at, at + first);
    into.fill(0, 0, count - first);
    return;
  }
  for (let row = 0; row < first; row++) into[at + row] = from[row]!;
  for (let row = first; row < count; row++) into[row - first] = from[row]!;
}
