import type { TruePhoneSample } from "@polychron/devices";
import type { StreamRows } from "@polychron/session/format";

/** How the rows of a stream on disk stand against what its phone made. */
export interface TableComparison {
  /** Samples on disk that the phone made, each counted once. */
  readonly matched: number;
  /** Rows that the phone never made. */
  readonly invented: number;
  /** Matched rows with another value. */
  readonly altered: number;
  /** Rows that stand on disk a second time. */
  readonly doubled: number;
  /** Single values that were compared. */
  readonly values: number;
  /** Made between the first and the last sample on disk of the same start of the phone, but not on disk. */
  readonly missing: number;
  /** Made behind the last sample on disk of a start of the phone, where a later start is on disk too: gone with its memory. */
  readonly lostAtRestart: number;
}

/** Between two starts of a phone: times of its clock before the restart and of its clock behind it, seconds. */
export interface SampleHole {
  readonly fromS: number;
  readonly toS: number;
}

const FIRST_ROWS = 1024;

/** Every sample that a phone made of one stream, by its number: 8 bytes a value. */
export class SampleTable {
  readonly #boots: BootTable[] = [];
  #boot = 0;
  #sum = { matched: 0, invented: 0, altered: 0, doubled: 0, values: 0 };

  add(sample: TruePhoneSample): void {
    this.#boots[sample.boot] ??= new BootTable(sample.values.length, sample.seq);
    this.#boots[sample.boot]!.add(sample);
  }

  /** Takes rows from the disk, in any order. */
  compare(rows: StreamRows): void {
    for (let row = 0; row < rows.count; row++) this.#compareRow(rows, row);
  }

  get result(): TableComparison {
    const met = this.#boots.filter((boot) => boot.isMet);
    const missing = met.reduce((sum, boot) => sum + boot.missing(), 0);
    return { ...this.#sum, missing, lostAtRestart: met.slice(0, -1).reduce((sum, boot) => sum + boot.behind(), 0) };
  }

  /** Where the phone, restarted between samples that are on disk, made nothing: from its last sample before to its first behind. */
  get holes(): readonly SampleHole[] {
    const met = this.#boots.filter((boot) => boot.isMet);
    return met.slice(1).map((boot, index) => ({ fromS: met[index]!.lastTimeS, toS: boot.firstTimeS }));
  }

  #compareRow(rows: StreamRows, row: number): void {
    const [seq, timeS] = [rows.seq[row]!, rows.deviceTimeS[row]!];
    // The phone's clock is a random number far from that of its other starts: number and time together are unique.
    if (this.#boots[this.#boot]?.timeOf(seq) !== timeS)
      this.#boot = this.#boots.findIndex((boot) => boot?.timeOf(seq) === timeS);
    const boot = this.#boots[this.#boot];
    if (boot === undefined) return void (this.#sum.invented += 1);
    const isSame = rows.columns.every((column, channel) => Object.is(column[row]!, boot.value(seq, channel)));
    this.#sum.values += rows.columns.length;
    if (!isSame) this.#sum.altered += 1;
    if (boot.meet(seq)) this.#sum.matched += 1;
    else this.#sum.doubled += 1;
  }
}

/** The samples from one start of the phone to the next; NaN where it made no value. */
class BootTable {
  readonly #firstSeq: number;
  readonly #width: number;
  #cells: Float64Array;
  #met: Uint8Array;
  #count = 0;

  constructor(channels: number, firstSeq: number) {
    this.#firstSeq = firstSeq;
    this.#width = channels + 1;
    this.#cells = new Float64Array(FIRST_ROWS * this.#width);
    this.#met = new Uint8Array(FIRST_ROWS);
  }

  add({ seq, deviceTimeS, values }: TruePhoneSample): void {
    const row = seq - this.#firstSeq;
    if (row >= this.#met.length) this.#grow(row);
    this.#cells.set([deviceTimeS, ...values.map((value) => value ?? Number.NaN)], row * this.#width);
    this.#count = Math.max(this.#count, row + 1);
  }

  get isMet(): boolean {
    return this.#met.includes(1);
  }

  get firstTimeS(): number {
    return this.#cells[0]!;
  }

  get lastTimeS(): number {
    return this.#cells[(this.#count - 1) * this.#width]!;
  }

  timeOf(seq: number): number | undefined {
    const row = seq - this.#firstSeq;
    return row >= 0 && row < this.#count ? this.#cells[row * this.#width] : undefined;
  }

  value(seq: number, channel: number): number {
    return this.#cells[(seq - this.#firstSeq) * this.#width + 1 + channel]!;
  }

  /** Whether this is the first time. */
  meet(seq: number): boolean {
    const isFirst = this.#met[seq - this.#firstSeq] === 0;
    this.#met[seq - this.#firstSeq] = 1;
    return isFirst;
  }

  /** Between the first and the last that were met. */
  missing(): number {
    return this.#met.subarray(this.#met.indexOf(1), this.#met.lastIndexOf(1)).filter((met) => met === 0).length;
  }

  /** Behind the last that was met. */
  behind(): number {
    return this.#count - 1 - this.#met.lastIndexOf(1);
  }

  #grow(row: number): void {
    const rows = Math.max(2 * this.#met.length, row + 1);
    const cells = new Float64Array(rows * this.#width);
    const met = new Uint8Array(rows);
    cells.set(this.#cells);
    met.set(this.#met);
    [this.#cells, this.#met] = [cells, met];
  }
}
