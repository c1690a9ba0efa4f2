import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { hubUs, utcUs, type Clock, type NewEvent, type SessionEvent } from "@polychron/session/model";
import {
  diskFiles,
  EventLog,
  firstEpoch,
  readEvents,
  SessionClock,
  sha256,
  type FileSystem,
  type LogSubject,
} from "@polychron/session/store";

const EVENTS = 100_000;
const WRITERS = 64;
const EDGE = 1_000;
/** The disk's own speed changes from second to second: each run is judged by its neighbours, in alternating order. */
const ROUNDS = 9;

/** What `npm run bench -- event-log` prints; times in seconds. */
export interface EventLogResult {
  readonly name: "event-log";
  readonly events: number;
  readonly writers: number;
  readonly logS: number;
  /** The bare loop that serialises, hashes, writes and syncs. */
  readonly floorS: number;
  /** The same loop with every line made beforehand: what the disk alone costs. */
  readonly diskS: number;
  readonly eventsPerS: number;
  /** Floor time divided by the log's: 1 = as fast as the bare loop; at least 0.8 is required. */
  readonly ratio: number;
  /** The same against the disk alone: whatever is not waiting for the disk counts against the log. */
  readonly ratioToDisk: number;
  /** Cost of the last 1 000 events divided by that of the first; at most 1.2 is required. */
  readonly lastToFirst: number;
  /** What the log still holds after all events, garbage collected. */
  readonly heapGrowthBytes: number;
  readonly ok: boolean;
}

/** The event log with 64 writers waiting, against a bare loop that serialises, hashes, writes and syncs the same lines in the same groups. */
export async function run(): Promise<EventLogResult> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-event-log-"));
  try {
    const { events, heapGrowthBytes } = await warmUp(folder);
    const rounds = [];
    for (let round = 1; round <= ROUNDS; round++) rounds.push(await measure(folder, round, events));
    return judge(rounds, heapGrowthBytes);
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface LogRun {
  readonly logS: number;
  readonly lastToFirst: number;
}

interface Round extends LogRun {
  readonly floorS: number;
  readonly diskS: number;
}

interface WarmUp {
  /** The log's own, for the bare loops. */
  readonly events: readonly SessionEvent[];
  readonly heapGrowthBytes: number;
}

/** Runs everything once untimed; the heap is looked at here, because a forced collection also throws compiled code away. */
async function warmUp(folder: string): Promise<WarmUp> {
  const subject = subjectOf(folder, "warm_up");
  const log = await EventLog.create(diskFiles(), subject);
  const heapBefore = heapInUse();
  await appendAll(log);
  const heapGrowthBytes = heapInUse() - heapBefore;
  await log.close();
  const events = await eventsOf(diskFiles(), subject);
  await logRun(subjectOf(folder, "warm_up_again"));
  await bareLoop(join(folder, "warm_up_floor.json"), linesInLoop(events));
  return { events, heapGrowthBytes };
}

async function measure(folder: string, round: number, events: readonly SessionEvent[]): Promise<Round> {
  const floor = () => bareLoop(join(folder, `floor_${round}.json`), linesInLoop(events));
  const log = () => logRun(subjectOf(folder, `round_${round}`));
  const disk = () => bareLoop(join(folder, `disk_${round}.json`), [...linesInLoop(events)]);
  if (round % 2 === 0) {
    const floorS = await floor();
    return { ...(await log()), floorS, diskS: await disk() };
  }
  return { ...(await log()), floorS: await floor(), diskS: await disk() };
}

async function logRun(subject: LogSubject): Promise<LogRun> {
  const log = await EventLog.create(diskFiles(), subject);
  const { totalS, doneAtS } = await appendAll(log);
  await log.close();
  return { logS: totalS, lastToFirst: edgeRatio(doneAtS) };
}

function judge(rounds: readonly Round[], heapGrowthBytes: number): EventLogResult {
  const byRatio = [...rounds].sort((a, b) => a.floorS / a.logS - b.floorS / b.logS);
  const middle = byRatio[byRatio.length >> 1]!;
  const lastToFirst = median(rounds.map((round) => round.lastToFirst));
  const ratio = middle.floorS / middle.logS;
  return {
    name: "event-log",
    events: EVENTS,
    writers: WRITERS,
    logS: middle.logS,
    floorS: middle.floorS,
    diskS: middle.diskS,
    eventsPerS: Math.round(EVENTS / middle.logS),
    ratio,
    ratioToDisk: median(rounds.map((round) => round.diskS / round.logS)),
    lastToFirst,
    heapGrowthBytes,
    ok: ratio >= 0.8 && lastToFirst <= 1.2,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

function subjectOf(folder: string, sessionId: string): LogSubject {
  const clock: Clock = {
    nowUs: () => hubUs(Math.round(performance.now() * 1000)),
    utcUs: () => utcUs(Date.now() * 1000),
    zoneOffsetMin: () => 120,
    bootId: "bench",
  };
  const sessionClock = new SessionClock(clock, firstEpoch(clock));
  const startTime = sessionClock.timestamp();
  return {
    folder,
    sessionId,
    sessionName: sessionId,
    sessionUuid: "bench",
    startTime,
    stamp: () => sessionClock.stamp(),
  };
}

/** Every writer waits for its answer before it appends again. */
async function appendAll(log: EventLog): Promise<{ totalS: number; doneAtS: Float64Array }> {
  const doneAtS = new Float64Array(EVENTS);
  const start = performance.now();
  let taken = 0;
  const write = async (): Promise<void> => {
    while (taken < EVENTS) {
      const event: NewEvent = { event: "marker", details: { label: `stimulus ${taken++}`, by: "operator" } };
      const { seq } = await log.append(event);
      doneAtS[seq - 1] = (performance.now() - start) / 1000;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  return { totalS: (performance.now() - start) / 1000, doneAtS };
}

function edgeRatio(doneAtS: Float64Array): number {
  const first = doneAtS[EDGE - 1]!;
  const last = doneAtS[EVENTS - 1]! - doneAtS[EVENTS - EDGE - 1]!;
  return last / first;
}

async function eventsOf(files: FileSystem, place: LogSubject): Promise<SessionEvent[]> {
  const events = [];
  for await (const event of readEvents(files, place)) events.push(event);
  return events;
}

/** The same events in the same groups, serialised and chained as they are asked for. */
function* linesInLoop(events: readonly SessionEvent[]): Generator<Uint8Array> {
  let prev = events[0]!.prev;
  for (let from = 0; from < events.length; from += WRITERS) {
    let text = "";
    for (const event of events.slice(from, from + WRITERS)) {
      const line = JSON.stringify({ ...event, prev });
      prev = sha256(line);
      text += `,\n${line}`;
    }
    yield Buffer.from(text);
  }
}

async function bareLoop(path: string, groups: Iterable<Uint8Array>): Promise<number> {
  const file = await open(path, "wx");
  const start = performance.now();
  let position = 0;
  for (const group of groups) {
    position += (await file.write(group, 0, group.length, position)).bytesWritten;
    await file.datasync();
  }
  const seconds = (performance.now() - start) / 1000;
  await file.close();
  return seconds;
}
