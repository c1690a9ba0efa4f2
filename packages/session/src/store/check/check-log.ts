import { logFile, type LogHead, type SessionMetadata } from "../../format/index.js";
import type { FileSystem } from "../files.js";
import { logParts, readLogPart, type LogPartFound, type LogPlace } from "../log-reader.js";
import { finding, type Finding } from "./finding.js";
import { PartChain } from "./part-chain.js";

/** What the log turned out to be. */
export interface LogCheck {
  readonly findings: readonly Finding[];
  /** Acknowledged events over all parts. */
  readonly events: number;
  /** The state that the last `state_changed` event tells; undefined when there is none. */
  readonly lastState: string | undefined;
}

/** What is known between two parts: the last acknowledged event, and what was counted so far. */
interface Progress {
  readonly seq: number;
  readonly hash: string;
  readonly events: number;
  readonly lastState: string | undefined;
}

const NOTHING: Progress = { seq: 0, hash: "", events: 0, lastState: undefined };

/** Follows the hash chain of a session's log through all parts, up to the last hash that the seal recorded. */
export async function checkLog(
  files: FileSystem,
  place: LogPlace,
  metadata: SessionMetadata | undefined,
): Promise<LogCheck> {
  const parts = await logParts(files, place);
  if (parts.length === 0) {
    return {
      findings: [finding("LOG_MISSING", logFile(place.sessionId), "there is no log")],
      events: 0,
      lastState: undefined,
    };
  }
  const heads = await Promise.all(parts.map((part) => readHead(files, place, part)));
  const findings: Finding[] = [];
  let progress = NOTHING;
  for (const [index, part] of parts.entries()) {
    const path = logFile(place.sessionId, part);
    const recorded = recordedLast(metadata, heads[index + 1], index === parts.length - 1);
    findings.push(...headFindings(path, heads[index], place.sessionId, progress));
    progress = await checkPart(files, { place, part, path, next: heads[index + 1], recorded }, progress, findings);
  }
  return { findings, events: progress.events, lastState: progress.lastState };
}

interface PartTask {
  readonly place: LogPlace;
  readonly part: number;
  readonly path: string;
  /** The head of the next part, which says up to where this one counts. */
  readonly next: LogHead | undefined;
  /** What the seal says of the last line. */
  readonly recorded: string | undefined;
}

async function checkPart(files: FileSystem, task: PartTask, before: Progress, findings: Finding[]): Promise<Progress> {
  const endSeq = task.next?.first_seq ?? Infinity;
  const chain = new PartChain(task.path, before.seq + 1);
  let progress = before;
  const lines = readLogPart(files, task.place, task.part);
  for (let step = await lines.next(); ; step = await lines.next()) {
    if (step.done === true) {
      chain.end(progress.hash, task.recorded);
      findings.push(...chain.findings, ...endFindings(task.path, step.value, task.next === undefined));
      return progress;
    }
    const line = step.value;
    if (line.kind === "event" && line.event.seq >= endSeq) continue;
    chain.take(line);
    if (line.kind === "head") progress = { ...progress, hash: line.hash };
    if (line.kind !== "event") continue;
    const lastState = line.event.event === "state_changed" ? String(line.event["to"]) : progress.lastState;
    progress = { seq: line.event.seq, hash: line.hash, events: progress.events + 1, lastState };
  }
}

/** What the last line hashes to as the next part's head or the seal recorded it; undefined when nothing recorded it. */
function recordedLast(
  metadata: SessionMetadata | undefined,
  next: LogHead | undefined,
  isLast: boolean,
): string | undefined {
  if (next !== undefined) return next.prev ?? undefined;
  return isLast ? metadata?.seal?.log_last : undefined;
}

function headFindings(path: string, head: LogHead | undefined, sessionId: string, before: Progress): Finding[] {
  if (head === undefined) return [];
  if (head.session !== sessionId)
    return [finding("LOG_HEAD_BROKEN", path, `its head names the session ${head.session}`)];
  const missing = head.first_seq - before.seq - 1;
  if (missing > 0) return [finding("LOG_LINES_MISSING", path, `${missing} events are missing before this part`)];
  return [];
}

function endFindings(path: string, end: LogPartFound, isLast: boolean): Finding[] {
  if (end.tailBytes > 0)
    return [finding("LOG_TORN", path, `it ends with ${end.tailBytes} bytes that are no whole line`)];
  return end.close === "none" && isLast ? [finding("LOG_TORN", path, "its close is missing")] : [];
}

async function readHead(files: FileSystem, place: LogPlace, part: number): Promise<LogHead | undefined> {
  for await (const line of readLogPart(files, place, part)) return line.kind === "head" ? line.head : undefined;
  return undefined;
}
