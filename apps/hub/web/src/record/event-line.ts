import type { EventKind, Json, SessionEvent } from "@polychron/session/model";
import type { Catalogue } from "../catalogue/choose.js";
import { bytesText } from "../format.js";
import { msText } from "./starts-view.js";

/** How an event is shown: its kind in words, what it says, and whether it is a problem. */
export interface EventLine {
  readonly seq: number;
  readonly time: string;
  readonly title: string;
  readonly detail: string;
  readonly group: "problem" | "marker" | "other";
}

/** What every event carries, and ids that only a program needs. */
const ENVELOPE = new Set(["seq", "event", "time", "timestamp", "t_s", "session", "prev", "by", "session_uuid"]);
const PROBLEMS: ReadonlySet<EventKind> = new Set([
  "error",
  "warning",
  "gap",
  "device_lost",
  "clock_step",
  "job_failed",
  "command",
] as const);
const MARKERS: ReadonlySet<EventKind> = new Set(["marker", "note", "sync_cue"] as const);
const DETAIL_MAX = 300;

/** What devices are called, by their ids; one that is missing is called by its id. */
export type DeviceNames = ReadonlyMap<string, string>;

/** The log in words, in its order, but for the lines that say what another one says, too. */
export function eventLines(
  events: readonly SessionEvent[],
  texts: Catalogue,
  names: DeviceNames = new Map(),
): EventLine[] {
  return events.filter(isTold).map((event) => eventLine(named(event, names), texts));
}

/** What a command did has an event of its own; that a device records, or no longer does, follows from start and stop. */
function isTold(event: SessionEvent): boolean {
  if (event.event === "command") return event["ok"] !== true;
  return event.event !== "device_ack" || !("patch" in event);
}

/** The event with devices as people know them. */
function named(event: SessionEvent, names: DeviceNames): SessionEvent {
  const { device, maker } = event;
  const nameOf = (id: Json): Json => (typeof id === "string" ? (names.get(id) ?? id) : id);
  return {
    ...event,
    ...(device !== undefined && { device: nameOf(device) }),
    ...(maker !== undefined && { maker: nameOf(maker) }),
  };
}

function eventLine(event: SessionEvent, texts: Catalogue): EventLine {
  return {
    seq: event.seq,
    time: event.time.slice(0, 8),
    title: titleOf(event, texts),
    detail: (DETAILS[event.event] ?? otherDetails)(event, texts).slice(0, DETAIL_MAX),
    group: PROBLEMS.has(event.event) ? "problem" : MARKERS.has(event.event) ? "marker" : "other",
  };
}

/** A file that the hub has written itself came from nowhere: only those that devices send are received. */
function titleOf(event: SessionEvent, { events, log }: Catalogue): string {
  const isOwn = event.event === "file_received" && entryOf(event)["file_id"] === undefined;
  return isOwn ? log.fileClosed : (events[event.event] ?? event.event);
}

type Details = (event: SessionEvent, texts: Catalogue) => string;

/** What a person wants first of these kinds; of the others, every simple detail. */
const DETAILS: Partial<Record<EventKind, Details>> = {
  marker: (event) => word(event["label"]),
  note: (event) => word(event["text"]),
  state_changed: (event, texts) => stateWord(event["to"], texts),
  command: (event) => words(event, ["command", "code"]),
  session_start: (event) => word(event["session_name"]),
  gap: gapWords,
  clock_step: clockWords,
  error: faultWords,
  warning: faultWords,
  file_received: fileWords,
  start_record: recordingNumber,
  stop_record: recordingNumber,
  sync_cue: cueWords,
  device_ack: ackWords,
};

/** What a device confirmed, or how far apart all began. */
function ackWords(event: SessionEvent, { starts }: Catalogue): string {
  const { ack, skew_s: skewS } = event;
  if (ack === "all_started") return typeof skewS === "number" ? starts.called(msText(skewS * 1000)) : starts.noneBegan;
  const words = starts.acks[("files" in event ? "files" : ack) as keyof typeof starts.acks];
  return words === undefined ? otherDetails(event) : [word(event["device"]), words].filter(Boolean).join(": ");
}

/** Samples that a device lost, or the time in which the hub was not there. */
function gapWords(event: SessionEvent, texts: Catalogue): string {
  const { from_t_s: fromS, to_t_s: toS } = event;
  if (event["cause"] === "device_restarted" || event["cause"] === "encoder_restarted")
    return texts.log.restarted(word(event["device"]));
  if (event["cause"] === "hub_restart")
    return typeof fromS === "number" && typeof toS === "number" ? texts.log.hubAway((toS - fromS).toFixed(1)) : "";
  return `${words(event, ["device", "stream"])}: ${texts.log.samples(word(event["samples"]))}`;
}

/** A device's clock, or the hub's own. */
function clockWords(event: SessionEvent, { clock }: Catalogue): string {
  const device = word(event["device"]);
  const { jump_s: jumpS, step_s: stepS, slept_s: sleptS } = event;
  if (typeof sleptS === "number") return clock.slept(secondsWord(sleptS));
  if (device === "") return clock.timeSet(secondsWord(stepS));
  if (event["cause"] === "renewed") return clock.renewed(device);
  return (event["certain"] === true ? clock.jumped : clock.mayHaveJumped)(device, secondsWord(jumpS));
}

function secondsWord(seconds: Json | undefined): string {
  if (typeof seconds !== "number") return "";
  const text = Math.abs(seconds) < 1 ? `${(seconds * 1000).toFixed(1)}\u00a0ms` : `${seconds.toFixed(3)}\u00a0s`;
  return text.replace("-", "−");
}

/** Who was to do it; who did what; or why somebody did not. */
function cueWords(event: SessionEvent, { cues }: Catalogue): string {
  const { phase, maker, act } = event;
  const nameOf = (name: Json | undefined): string => (name === "page" ? cues.makers.page : word(name));
  if (phase === "failed") return cues.failed(nameOf(maker), word(event["message"]));
  if (phase === "done") return cues.done(nameOf(maker), cues.acts[act as keyof typeof cues.acts] ?? word(act));
  return cues.ordered;
}

function faultWords(event: SessionEvent): string {
  return words(event, ["device", "stream", "message", "message" in event ? "remedy" : "code"]);
}

function fileWords(event: SessionEvent): string {
  const { file_path: path, file_size: size } = entryOf(event);
  return [word(path).split("/").at(-1), typeof size === "number" ? bytesText(size) : ""].filter(Boolean).join(", ");
}

function recordingNumber(event: SessionEvent, texts: Catalogue): string {
  return texts.log.number(word(entryOf(event)["number"]));
}

function otherDetails(event: SessionEvent): string {
  return Object.entries(event)
    .filter(([key, value]) => !ENVELOPE.has(key) && isSimple(value))
    .map(([key, value]) => (key === "device" ? word(value) : `${key.replaceAll("_", " ")} ${word(value)}`))
    .join(", ");
}

function entryOf(event: SessionEvent): Readonly<Record<string, Json>> {
  const entry: Json = event["entry"] ?? null;
  return typeof entry === "object" && entry !== null && !Array.isArray(entry)
    ? (entry as Readonly<Record<string, Json>>)
    : {};
}

function stateWord(state: Json | undefined, texts: Catalogue): string {
  const known: Readonly<Record<string, string>> = texts.sessionStates;
  return known[word(state)] ?? word(state);
}

function words(event: SessionEvent, keys: readonly string[]): string {
  return keys
    .map((key) => word(event[key]))
    .filter((text) => text !== "")
    .join(" ");
}

function isSimple(value: Json | undefined): boolean {
  return typeof value === "string" ? value.length <= 80 : typeof value === "number" || typeof value === "boolean";
}

function word(value: Json | undefined): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(Number(value.toFixed(3)));
  return typeof value === "boolean" ? (value ? "yes" : "no") : "";
}
