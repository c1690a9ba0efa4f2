import type { RawExchange } from "./probe-fit.js";

/** An unanswered question is written down a second late, after the answers to later ones. */
const LATE_S = 5;
/** So many rows behind a jump ahead make it true, unless as many ran back: eight bursts. */
const BELIEVED_ROWS = 64;
/** One row that runs back may be wrong itself. */
const REFUTING_ROWS = 2;

/** Rows that follow each other, none of them more than `LATE_S` behind the one before. */
interface Run {
  /** In order of asking. */
  readonly rows: RawExchange[];
  /** How many rows came after this run began and belong before it. */
  contradicted: number;
}

/**
 * Puts the rows of clock files in the order of asking: files of one session overlap, and an unanswered question is
 * written after later ones. A time that jumps far ahead is in doubt: it is believed when enough rows go on from there, and
 * left out when as many run back. Memory is that of a few seconds and a few bursts.
 */
export class ExchangeOrder {
  readonly #release: (exchange: RawExchange) => void;
  /** What is held, each run more than `LATE_S` ahead of the one before; all but a believed first one are in doubt. */
  readonly #runs: Run[] = [];
  #isFirstBelieved = false;
  #releasedS = Number.NEGATIVE_INFINITY;
  #refuted = 0;

  /** `release` gets every row once, in order. */
  constructor(release: (exchange: RawExchange) => void) {
    this.#release = release;
  }

  /** Rows that were taken first and left out then: later rows ran back behind the time to which they had jumped. */
  get refuted(): number {
    return this.#refuted;
  }

  /** False, and left out, when the row was here before or comes far too late. */
  push(exchange: RawExchange): boolean {
    if (!(exchange.t1S > this.#releasedS) || this.#isHeld(exchange.t1S)) return false;
    const at = this.#place(exchange);
    if (at < this.#runs.length - 1) this.#contradict(at + 1);
    while (this.#runs.length > this.#believed && this.#rowsInDoubt() >= BELIEVED_ROWS) this.#believe();
    if (this.#isFirstBelieved) this.#pass(this.#runs[0]!.rows.at(-1)!.t1S - LATE_S);
    return true;
  }

  /** Releases what is held: nothing more will contradict it. */
  end(): void {
    for (const { rows } of this.#runs.splice(0)) for (const row of rows) this.#hand(row);
    this.#isFirstBelieved = false;
  }

  get #believed(): number {
    return this.#isFirstBelieved ? 1 : 0;
  }

  #isHeld(t1S: number): boolean {
    if (!(t1S <= (this.#runs.at(-1)?.rows.at(-1)?.t1S ?? Number.NEGATIVE_INFINITY))) return false;
    return this.#runs.some(({ rows }) => rows.some((held) => held.t1S === t1S));
  }

  /** Puts a row into the run that it goes on, or into a new one; gives that run's number. */
  #place(exchange: RawExchange): number {
    const { t1S } = exchange;
    const behind = this.#runs.findLastIndex(({ rows }) => t1S >= rows[0]!.t1S - LATE_S);
    const at = Math.max(behind, this.#believed - 1);
    const rows = this.#runs[at]?.rows;
    if (rows === undefined || t1S > rows.at(-1)!.t1S + LATE_S) {
      this.#runs.splice(at + 1, 0, { rows: [exchange], contradicted: 0 });
      return at + 1;
    }
    let row = rows.length;
    while (row > 0 && rows[row - 1]!.t1S > t1S) row -= 1;
    rows.splice(row, 0, exchange);
    return at;
  }

  /** A row belongs before the runs from this one on. */
  #contradict(from: number): void {
    for (let at = this.#runs.length - 1; at >= from; at--) {
      const run = this.#runs[at]!;
      run.contradicted += 1;
      if (run.contradicted < Math.max(REFUTING_ROWS, run.rows.length)) continue;
      this.#refuted += run.rows.length;
      this.#runs.splice(at, 1);
    }
  }

  #rowsInDoubt(): number {
    let count = 0;
    for (let at = this.#believed; at < this.#runs.length; at++) count += this.#runs[at]!.rows.length;
    return count;
  }

  /** The first run in doubt is true: what was before it is over. */
  #believe(): void {
    if (this.#isFirstBelieved) for (const row of this.#runs.shift()!.rows) this.#hand(row);
    this.#isFirstBelieved = true;
  }

  #pass(untilS: number): void {
    const { rows } = this.#runs[0]!;
    let count = 0;
    // The last one stays: the run goes on from it.
    while (count < rows.length - 1 && rows[count]!.t1S <= untilS) count += 1;
    if (count > 0) for (const row of rows.splice(0, count)) this.#hand(row);
  }

  #hand(exchange: RawExchange): void {
    this.#releasedS = exchange.t1S;
    this.#release(exchange);
  }
}
