import type { SessionEvent } from "../model/index.js";
import { parseClose, parseEvent, parseHead, type LogEnd, type LogHead, type Sha256 } from "./log-line.js";

/** One line of a log part as the scanner found it. `offset` and `length` are bytes in the file, without the separator. */
export type LogLine =
  | {
      readonly kind: "head";
      readonly head: LogHead;
      readonly offset: number;
      readonly length: number;
      readonly hash: string;
    }
  | {
      readonly kind: "event";
      readonly event: SessionEvent;
      readonly offset: number;
      readonly length: number;
      readonly hash: string;
      /** Its `prev` is the hash of the line before. */
      readonly chained: boolean;
    }
  /** Not an event, or one whose number does not follow; `hash` is of its bytes. */
  | { readonly kind: "bad"; readonly offset: number; readonly length: number; readonly hash: string };

/** What is known when all bytes of a part were seen. */
export interface LogScanEnd {
  readonly head: LogHead | undefined;
  /** Of the last good event; 0 (or `first_seq - 1` of the head) when there is none. */
  readonly lastSeq: number;
  /** Of the last good line, the head included; empty when there is none. */
  readonly lastHash: string;
  /** How many good events. */
  readonly events: number;
  /** Where the next append begins: behind the last good line. */
  readonly goodBytes: number;
  /** Bytes behind `goodBytes` that are not one whole close: what recovery sets aside and cuts off. */
  readonly tailBytes: number;
  /** `open`: the plain close; `ended`: the close with `end`; `none`: torn. */
  readonly close: "open" | "ended" | "none";
  readonly end: LogEnd | undefined;
}

const NEWLINE = 10;
const COMMA = 44;

/**
 * Reads a log part from chunks cut at any byte: the longest run of good lines. A bad line between good ones is
 * reported and passed over; bad lines behind the last good one are the tail.
 */
export class LogScanner {
  readonly #sha256: Sha256;
  readonly #decoder = new TextDecoder();
  #rest: Uint8Array = new Uint8Array(0);
  #restAt = 0;
  #pending: LogLine[] = [];
  #head: LogHead | undefined;
  #close: { readonly at: number; readonly endsAt: number; readonly end: Partial<LogEnd> } | undefined;
  #previousHash = "";
  #good = { seq: 0, hash: "", events: 0, endsAt: 0 };

  constructor(sha256: Sha256) {
    this.#sha256 = sha256;
  }

  /** The good lines that became certain with this chunk, bad ones between them included. */
  push(chunk: Uint8Array): LogLine[] {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    const lines: LogLine[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.#take(bytes.subarray(from, at), this.#restAt + from, true, lines);
      from = at + 1;
    }
    this.#rest = bytes.slice(from);
    this.#restAt += from;
    return lines;
  }

  /** The last line, if it was whole without its newline, and the verdict on the part. */
  finish(): { readonly lines: LogLine[]; readonly end: LogScanEnd } {
    const lines: LogLine[] = [];
    if (this.#rest.length > 0) this.#take(this.#rest, this.#restAt, false, lines);
    const totalBytes = this.#restAt + this.#rest.length;
    this.#restAt = totalBytes;
    this.#rest = new Uint8Array(0);
    return { lines, end: this.#verdict(totalBytes) };
  }

  #verdict(totalBytes: number): LogScanEnd {
    const { seq, hash, events, endsAt } = this.#good;
    const close = this.#close;
    // A whole close is the line right behind the last good one, with nothing after it.
    const isClosed = close !== undefined && close.at === endsAt + 1 && close.endsAt === totalBytes;
    const end = isClosed && close.end.end_time !== undefined ? (close.end as LogEnd) : undefined;
    return {
      head: this.#head,
      lastSeq: seq,
      lastHash: hash,
      events,
      goodBytes: endsAt,
      tailBytes: isClosed ? 0 : totalBytes - endsAt,
      close: isClosed ? (end === undefined ? "open" : "ended") : "none",
      end,
    };
  }

  #take(raw: Uint8Array, offset: number, hasNewline: boolean, lines: LogLine[]): void {
    const bytes = raw.at(-1) === COMMA ? raw.subarray(0, -1) : raw;
    const text = this.#decoder.decode(bytes);
    const end = parseClose(text);
    if (end !== undefined) this.#close = { at: offset, endsAt: offset + raw.length + (hasNewline ? 1 : 0), end };
    const line = this.#classify(text, bytes, offset);
    this.#previousHash = line.hash;
    if (line.kind === "bad") {
      this.#pending.push(line);
      return;
    }
    lines.push(...this.#pending, line);
    this.#pending = [];
  }

  #classify(text: string, bytes: Uint8Array, offset: number): LogLine {
    const place = { offset, length: bytes.length, hash: this.#sha256(bytes) };
    const head = offset === 0 ? parseHead(text) : undefined;
    if (head !== undefined) {
      this.#head = head;
      this.#good = { seq: head.first_seq - 1, hash: place.hash, events: 0, endsAt: bytes.length };
      return { kind: "head", head, ...place };
    }
    const event = parseEvent(text);
    const chained = event?.prev === this.#previousHash;
    if (event === undefined || !this.#follows(event.seq, chained)) return { kind: "bad", ...place };
    this.#good = { seq: event.seq, hash: place.hash, events: this.#good.events + 1, endsAt: offset + bytes.length };
    return { kind: "event", event, chained, ...place };
  }

  /**
   * The writer leaves no holes: a number that does not follow although the line before is the right one was altered itself,
   * and must not make every later line look old. The same for the head's: an event that is not chained to it may differ.
   */
  #follows(seq: number, chained: boolean): boolean {
    if (chained && this.#pending.length === 0) return seq === this.#good.seq + 1;
    return this.#good.events === 0 || seq > this.#good.seq;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
