import type { Json, NewEvent, SessionEvent } from "../model/index.js";

/** SHA-256 of a text's UTF-8 bytes or of bytes, as 64 lower-case hex digits; handed in, so that this module stays pure. */
export type Sha256 = (bytes: string | Uint8Array) => string;

/** The version of the log that this program writes. */
export const LOG_SCHEMA_VERSION = 1;

/** The first line of a log part, before its events. */
export interface LogHead {
  readonly schema_version: number;
  readonly session: string;
  readonly session_name: string;
  readonly session_uuid: string;
  readonly start_time: string;
  /** 1, 2, 3… */
  readonly part: number;
  /** The first sequence number of this part: events of an earlier part from here on were never acknowledged. */
  readonly first_seq: number;
  /** The hash of the last acknowledged line of the part before; `null` in part 1. */
  readonly prev: string | null;
  readonly [field: string]: Json;
}

/** What the close of a finished log says. */
export interface LogEnd {
  readonly end_time: string;
  /** Seconds from the creation of the session. */
  readonly duration: number;
  readonly status: string;
}

/** The moment of an event in its three forms. */
export type EventStamp = Pick<SessionEvent, "time" | "timestamp" | "t_s">;

/** What the log itself adds to an event. */
export type EventEnvelope = EventStamp & Pick<SessionEvent, "seq" | "session" | "prev">;

const ENVELOPE = ["seq", "event", "time", "timestamp", "t_s", "session", "prev"] as const;
const HEAD_END = '"events": [';

/** The head as it stands in the file, without its newline. */
export function headLine(head: LogHead): string {
  return `${JSON.stringify(head).slice(0, -1)},${HEAD_END}`;
}

/** The head that a line holds; `undefined` when the line is no head. */
export function parseHead(line: string): LogHead | undefined {
  if (!line.endsWith(HEAD_END)) return undefined;
  const value = parseObject(`${line}]}`);
  return typeof value?.["session"] === "string" && typeof value["first_seq"] === "number"
    ? withoutEvents(value)
    : undefined;
}

/** The detail names that the envelope keeps for itself; an event with one of them cannot be written. */
export function reservedDetail(event: NewEvent): string | undefined {
  return event.details && ENVELOPE.find((name) => name in event.details!);
}

/** An event with its envelope, in the order of the file. */
export function makeEvent(event: NewEvent, envelope: EventEnvelope): SessionEvent {
  const { seq, time, timestamp, t_s, session, prev } = envelope;
  return { seq, event: event.event, time, timestamp, t_s, session, ...event.details, prev };
}

/**
 * The line of an event: exactly `JSON.stringify` of `makeEvent`, at half the cost, because only details can hold what must be
 * escaped. Session ids and stamps are made by the hub from letters, digits and `_:-+.`; `t_s` is finite.
 */
export function eventLine(event: NewEvent, envelope: EventEnvelope): string {
  const { seq, time, timestamp, t_s, session, prev } = envelope;
  const details = event.details === undefined ? "{}" : JSON.stringify(event.details);
  const inner = details === "{}" ? "" : `${details.slice(1, -1)},`;
  const moment = `"time":"${time}","timestamp":"${timestamp}","t_s":${t_s}`;
  return `{"seq":${seq},"event":"${event.event}",${moment},"session":"${session}",${inner}"prev":"${prev}"}`;
}

/** What stands between the line before and this event: a head is followed by a newline, an event by a comma as well. */
export function separator(isFirst: boolean): string {
  return isFirst ? "\n" : ",\n";
}

/** What ends the document behind the last line; begins where the next append will begin. */
export function closeText(end?: LogEnd): string {
  return end === undefined ? "\n]}\n" : `\n],${JSON.stringify(end).slice(1)}\n`;
}

/** What a close says: the end of the log, or `{}` for a log that goes on; `undefined` when the line is no close. */
export function parseClose(line: string): Partial<LogEnd> | undefined {
  if (line === "]}") return {};
  if (!line.startsWith("],")) return undefined;
  const value = parseObject(`{${line.slice(2)}`);
  return typeof value?.["end_time"] === "string" ? (value as Partial<LogEnd>) : undefined;
}

/** The event that a line (without its comma) holds; `undefined` when it is none. */
export function parseEvent(line: string): SessionEvent | undefined {
  const value = parseObject(line);
  if (value === undefined || !Number.isSafeInteger(value["seq"]) || Number(value["seq"]) < 1) return undefined;
  const texts = ["event", "time", "timestamp", "session", "prev"];
  if (!texts.every((name) => typeof value[name] === "string") || typeof value["t_s"] !== "number") return undefined;
  return value as unknown as SessionEvent;
}

function parseObject(text: string): Record<string, Json> | undefined {
  if (!text.startsWith("{") || !text.endsWith("}")) return undefined;
  try {
    return JSON.parse(text) as Record<string, Json>;
  } catch {
    // A torn or altered line is an expected finding, not a fault: the caller counts it.
    return undefined;
  }
}

function withoutEvents(value: Record<string, Json>): LogHead {
  const { events: _events, ...head } = value;
  return head as unknown as LogHead;
}
