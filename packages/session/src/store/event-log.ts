import { joinPath, logFile } from "../format/layout.js";
import {
  closeText,
  eventLine,
  headLine,
  LOG_SCHEMA_VERSION,
  makeEvent,
  reservedDetail,
  separator,
  type EventEnvelope,
  type EventStamp,
  type LogEnd,
  type LogHead,
} from "../format/log-line.js";
import { errorReport, SessionError, type FaultDetails, type NewEvent, type SessionEvent } from "../model/index.js";
import { AppendFile } from "./append-file.js";
import { EventFollowers, type EventListener } from "./event-followers.js";
import { isNameTaken, type FileSystem } from "./files.js";
import { examineLogPart, logParts, type LogPartFound } from "./log-reader.js";
import { sha256 } from "./sha256.js";

/** What a log needs to know of its session. */
export interface LogSubject {
  /** The session's folder. */
  readonly folder: string;
  readonly sessionId: string;
  readonly sessionName: string;
  readonly sessionUuid: string;
  readonly startTime: string;
  /** The moment of an event in its three forms; without a hub time, now. */
  readonly stamp: (atUs?: number) => EventStamp;
}

/** The last line that stands: what the next one is chained to. */
interface LogTip {
  readonly seq: number;
  readonly hash: string;
  /** The line is the head of a part. */
  readonly isHead: boolean;
}

/** How many promises deep the callers of `append` may be nested and still join the next group after an answer. */
const JOIN_TURNS = 8;

const NO_LINE: LogTip = { seq: 0, hash: "", isHead: false };

interface Waiting {
  readonly event: NewEvent;
  readonly stamp: EventStamp;
  readonly resolve: (event: SessionEvent) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The session log: an append costs the same at the millionth event as at the first, and whoever is answered has the
 * event on the disk. All events that wait are written as one group with one sync.
 */
export class EventLog {
  readonly #files: FileSystem;
  readonly #subject: LogSubject;
  readonly #followers: EventFollowers;
  #file: AppendFile | undefined;
  #part: number;
  #tip: LogTip;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** Why the last part was finished, until the log itself says so. */
  #fault: NewEvent | undefined;
  #isClosed = false;

  private constructor(files: FileSystem, subject: LogSubject, part: number, tip: LogTip) {
    this.#files = files;
    this.#subject = subject;
    this.#part = part;
    this.#tip = tip;
    this.#followers = new EventFollowers(files, subject, tip.seq);
  }

  /** The log of a session that has none yet; head and close are on the disk when this resolves. Throws `STORAGE_*`. */
  static async create(files: FileSystem, subject: LogSubject): Promise<EventLog> {
    const log = new EventLog(files, subject, 0, NO_LINE);
    await log.#openNextPart();
    return log;
  }

  /**
   * Goes on with a log that is there: behind its last event, or in a new part when that is asked for or the log's end was
   * written (what is sealed is never touched again). Throws `METADATA_BROKEN` for a torn tail (repair sets it aside first) and `STORAGE_*`.
   */
  static async resume(files: FileSystem, subject: LogSubject, isNewPart = false): Promise<EventLog> {
    const parts = await logParts(files, subject);
    let tip = NO_LINE;
    let last: LogPartFound | undefined;
    for (const part of parts) {
      last = await examineLogPart(files, subject, part);
      if (last.lastHash !== "") tip = { seq: last.lastSeq, hash: last.lastHash, isHead: last.events === 0 };
    }
    const log = new EventLog(files, subject, parts.at(-1) ?? 0, tip);
    if (last === undefined || last.close === "ended" || isNewPart) await log.#openNextPart();
    else if (last.tailBytes > 0) throw tornLog(subject.sessionId, last.tailBytes);
    else log.#file = await AppendFile.resume(files, last.path, last.goodBytes);
    return log;
  }

  /** Of the last event on the disk; 0 before the first. */
  get lastSeq(): number {
    return this.#tip.seq;
  }

  /** SHA-256 of the last line: with it, everything before is pinned. */
  get lastHash(): string {
    return this.#tip.hash;
  }

  /** Resolves with the event once it is on the disk. Throws `NAME_INVALID` (a detail named as the envelope), `STORAGE_*`. */
  append(event: NewEvent): Promise<SessionEvent> {
    const reserved = reservedDetail(event);
    if (reserved !== undefined) {
      return Promise.reject(new SessionError("NAME_INVALID", { name: reserved, what: "event detail", maximum: 40 }));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ event, stamp: this.#subject.stamp(event.atUs), resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Every event from `fromSeq` on, in order and once each: those on the disk first, then each as it is acknowledged. */
  follow(fromSeq: number, listener: EventListener): () => void {
    return this.#followers.add(fromSeq, listener);
  }

  /** Waits for what is queued, writes the end if there is one, and closes the file. Throws `STORAGE_*`. */
  async close(end?: LogEnd): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#file === undefined || this.#isClosed) return;
    this.#isClosed = true;
    try {
      if (end !== undefined) await writeEnd(this.#file, end);
    } finally {
      await this.#file.close();
    }
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      // Whoever was answered by the last group and goes on at once joins the next.
      for (let turn = 0; turn < JOIN_TURNS; turn++) await Promise.resolve();
      const group = this.#queue;
      this.#queue = [];
      await this.#commit(group);
    }
    this.#running = undefined;
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(group);
    } catch (error) {
      for (const { reject } of group) reject(error);
      if (this.#file?.isFinished !== true) return;
      this.#fault = finishedPart(error);
      // The new part is opened at once, so that the log says why even when nobody appends any more.
      if (group.length > 0) await this.#commit([]);
    }
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    if (this.#file === undefined || this.#file.isFinished) await this.#openNextPart();
    const all = this.#fault === undefined ? group : [announcement(this.#fault, this.#subject), ...group];
    const draft = draftGroup(all, this.#tip, this.#subject.sessionId);
    const close = closeText();
    const written = this.#file!.append(Buffer.from(draft.text + close), close.length);
    // Made while the disk is at work.
    const events = all.map(({ event }, index) => makeEvent(event, draft.envelopes[index]!));
    await written;
    await this.#file!.datasync();
    this.#fault = undefined;
    this.#tip = draft.tip;
    this.#followers.offer(events);
    all.forEach(({ resolve }, index) => resolve(events[index]!));
  }

  /** The next free part number: a part whose creation failed may have left its name behind. */
  async #openNextPart(): Promise<void> {
    const { folder, sessionId } = this.#subject;
    const finished = this.#file;
    for (let part = this.#part + 1; ; part++) {
      const head = headLine(headOf(this.#subject, part, this.#tip));
      const close = closeText();
      try {
        const path = joinPath(folder, logFile(sessionId, part));
        this.#file = await AppendFile.create(this.#files, path, Buffer.from(head + close), close.length);
      } catch (error) {
        if (!isNameTaken(error)) throw error;
        continue;
      }
      this.#part = part;
      this.#tip = { seq: this.#tip.seq, hash: sha256(head), isHead: true };
      break;
    }
    await finished?.close();
  }
}

async function writeEnd(file: AppendFile, end: LogEnd): Promise<void> {
  const bytes = Buffer.from(closeText(end));
  await file.append(bytes, bytes.length);
  await file.datasync();
}

/** An event of the log's own, for which nobody waits. */
function announcement(event: NewEvent, subject: LogSubject): Waiting {
  return { event, stamp: subject.stamp(), resolve: () => undefined, reject: () => undefined };
}

function headOf({ sessionId, sessionName, sessionUuid, startTime }: LogSubject, part: number, tip: LogTip): LogHead {
  return {
    schema_version: LOG_SCHEMA_VERSION,
    session: sessionId,
    session_name: sessionName,
    session_uuid: sessionUuid,
    start_time: startTime,
    part,
    first_seq: tip.seq + 1,
    prev: tip.hash === "" ? null : tip.hash,
  };
}

/** A group as lines chained to the tip, and the tip they leave. */
function draftGroup(
  group: readonly Waiting[],
  tip: LogTip,
  session: string,
): { text: string; envelopes: EventEnvelope[]; tip: LogTip } {
  let { seq, hash: prev, isHead } = tip;
  let text = "";
  const envelopes = group.map(({ event, stamp }) => {
    const { time, timestamp, t_s } = stamp;
    const envelope = { time, timestamp, t_s, seq: ++seq, session, prev };
    const line = eventLine(event, envelope);
    text += separator(isHead) + line;
    isHead = false;
    prev = sha256(line);
    return envelope;
  });
  return { text, envelopes, tip: { seq, hash: prev, isHead } };
}

function finishedPart(error: unknown): NewEvent {
  const { code, message, remedy } = errorReport(error);
  const details: FaultDetails = { error_type: "file", code, message, remedy, recoverable: true };
  return { event: "error", details: { ...details } };
}

function tornLog(session: string, tailBytes: number): SessionError {
  return new SessionError("METADATA_BROKEN", {
    session,
    reason: `the log ends with ${tailBytes} bytes that are no whole line`,
  });
}
