import type { LogLine } from "../../format/index.js";
import { EVENT_KINDS } from "../../model/index.js";
import { finding, type Finding, type FindingCode } from "./finding.js";

const KNOWN_KINDS: ReadonlySet<string> = new Set(EVENT_KINDS);

/**
 * Follows the hash chain through the lines of one log part. A line that does not continue the one before shows that one
 * of the two was changed; the line after it tells which: it still holds the hash of what was written.
 */
export class PartChain {
  readonly findings: Finding[] = [];
  readonly #path: string;
  #line = 0;
  /** The number that the next event must have; 0 while unknown. */
  #nextSeq: number;
  /** The line that did not continue the one before, until the next one tells which was changed; 0 = none. */
  #doubt = 0;
  /** The line before was damaged and reported: that this one does not continue it says nothing new. */
  #isAfterDamage = false;

  constructor(path: string, nextSeq: number) {
    this.#path = path;
    this.#nextSeq = nextSeq;
  }

  take(line: LogLine): void {
    this.#line++;
    if (line.kind === "head") return;
    if (this.#line === 1) this.#report("LOG_HEAD_BROKEN", 1, "the first line is no head");
    if (line.kind === "bad") this.#takeDamage();
    else this.#takeEvent(line.event.seq, line.chained, line.event.event);
  }

  /** The last line was read. `lastHash` is what the rest of the record says it hashes to, where anything does. */
  end(hash: string, lastHash: string | undefined): void {
    const isLastChanged = lastHash !== undefined && lastHash !== hash;
    if (this.#doubt > 0) this.#blame(isLastChanged ? this.#doubt : this.#doubt - 1);
    else if (isLastChanged) this.#blame(this.#line);
  }

  #takeDamage(): void {
    if (this.#line > 1) this.#report("LOG_LINE_BROKEN", this.#line, "it is no event that follows the one before");
    this.#isAfterDamage = true;
  }

  #takeEvent(seq: number, chained: boolean, kind: string): void {
    const isExcused = this.#isAfterDamage || this.#line === 1;
    this.#isAfterDamage = false;
    const missing = this.#nextSeq > 0 ? seq - this.#nextSeq : 0;
    this.#nextSeq = seq + 1;
    if (!KNOWN_KINDS.has(kind))
      this.findings.push(finding("LOG_EVENT_UNKNOWN", this.#path, `line ${this.#line} is a ${kind}`));
    if (isExcused) return;
    if (missing > 0) this.#report("LOG_LINES_MISSING", this.#line, `${missing} events are missing before it`);
    else this.#weigh(chained);
  }

  #weigh(chained: boolean): void {
    if (chained && this.#doubt > 0) this.#blame(this.#doubt - 1);
    else if (!chained && this.#doubt > 0) this.#blame(this.#doubt);
    else if (!chained) this.#doubt = this.#line;
  }

  #blame(line: number): void {
    this.#doubt = 0;
    this.#report("LOG_CHAIN_BROKEN", line, "it is not what was written: its hash is not the one recorded behind it");
  }

  #report(code: FindingCode, line: number, why: string): void {
    this.findings.push(finding(code, this.#path, `line ${line}: ${why}`));
  }
}
