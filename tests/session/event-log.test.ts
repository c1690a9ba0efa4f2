import { errorReport, type NewEvent, type SessionEvent } from "@polychron/session/model";
import {
  atCall,
  atOperation,
  EventLog,
  examineLogPart,
  faulty,
  KilledError,
  logParts,
  MemoryFiles,
  readEvents,
  readWhole,
  sha256,
  type FileCall,
  type FileFault,
  type FileSystem,
  type LogSubject,
} from "@polychron/session/store";

const PLACE = { folder: "/s", sessionId: "s1" };

function subject(): LogSubject {
  let us = 0;
  const stamp = (): ReturnType<LogSubject["stamp"]> => ({
    time: "14:30:22.123",
    timestamp: "2025-07-31T14:30:22.123456+02:00",
    t_s: us++ / 1e6,
  });
  return { ...PLACE, sessionName: "", sessionUuid: "u", startTime: "2025-07-31T14:30:22.123456+02:00", stamp };
}

/** The calls of `EventLog.create`: create, write, datasync, folder sync. The next is the first append's write. */
const FIRST_APPEND = 5;

const note = (text: string): NewEvent => ({ event: "note", details: { text } });

async function eventsIn(files: FileSystem): Promise<SessionEvent[]> {
  const events = [];
  for await (const event of readEvents(files, PLACE)) events.push(event);
  return events;
}

async function textOf(files: FileSystem, name = "s1_log.json"): Promise<string> {
  return new TextDecoder().decode(await readWhole(files, `/s/${name}`));
}

/** What `follow` has delivered, and a wait for the n-th of it. */
class Heard {
  readonly seqs: number[] = [];
  readonly faults: unknown[] = [];
  #wake = (): void => undefined;

  readonly onEvent = (event: SessionEvent): void => {
    this.seqs.push(event.seq);
    this.#wake();
  };
  readonly onFault = (error: unknown): void => {
    this.faults.push(error);
  };

  async until(count: number): Promise<number[]> {
    while (this.seqs.length < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.seqs;
  }
}

test("the file is one valid JSON document after every acknowledgement, one event a line, and each line pins the one before", async () => {
  const files = new MemoryFiles("/s");
  const log = await EventLog.create(files, subject());
  expect(JSON.parse(await textOf(files))).toMatchObject({ session: "s1", events: [] });
  for (const text of ["a", "line\nbreak \u2028 and ü", "c"]) {
    await log.append(note(text));
    expect((JSON.parse(await textOf(files)) as { events: unknown[] }).events).toHaveLength(log.lastSeq);
  }
  await log.close({ end_time: "2025-07-31T15:00:00.000000+02:00", duration: 1800, status: "completed" });
  const text = await textOf(files);
  const lines = text.split("\n");
  expect(JSON.parse(text)).toMatchObject({ duration: 1800, status: "completed" });
  const events = lines.slice(1, 4).map((line) => line.replace(/,$/, ""));
  const previous = [lines[0]!, ...events];
  expect(events.map((line) => (JSON.parse(line) as SessionEvent).prev)).toEqual(previous.slice(0, 3).map(sha256));
  expect(log.lastHash).toBe(sha256(events[2]!));
});

test("events that wait together cost one write and one sync", async () => {
  const files = faulty(new MemoryFiles("/s"), () => undefined);
  const log = await EventLog.create(files, subject());
  const before = files.calls;
  const written = await Promise.all(Array.from({ length: 64 }, (_, i) => log.append(note(`${i}`))));
  expect(files.calls - before).toBe(2);
  expect(written.map((event) => [event.seq, event["text"]])).toEqual(
    Array.from({ length: 64 }, (_, i) => [i + 1, `${i}`]),
  );
});

test("an event whose detail bears a name of the envelope is refused", async () => {
  const log = await EventLog.create(new MemoryFiles("/s"), subject());
  await expect(log.append({ event: "note", details: { seq: 7 } })).rejects.toMatchObject({ code: "NAME_INVALID" });
  expect(log.lastSeq).toBe(0);
});

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "short" },
  { kind: "kill" },
  { kind: "tear" },
];

test.each(FAULTS)(
  "with %j at every call, nothing acknowledged is lost or doubled and the numbers have no hole",
  async (fault) => {
    for (let n = 1; ; n++) {
      const memory = new MemoryFiles("/s");
      const files = faulty(memory, atCall(n, fault));
      const acknowledged: SessionEvent[] = [];
      let wasKilled = false;
      try {
        const log = await EventLog.create(files, subject());
        for (const group of [["a"], ["b", "c"], ["d"], ["e", "f"]]) {
          for (const result of await Promise.allSettled(group.map((text) => log.append(note(text))))) {
            if (result.status === "fulfilled") acknowledged.push(result.value);
            else wasKilled ||= result.reason instanceof KilledError;
          }
        }
        await log.close();
      } catch (error) {
        wasKilled ||= error instanceof KilledError;
        expect(["STORAGE_FULL", "STORAGE_WRITE_FAILED", "INTERNAL_ERROR"]).toContain(errorReport(error).code);
      }
      for (const disk of [memory.afterPowerCut(), memory.afterKill()]) {
        const found = await eventsIn(disk);
        expect(found.map((event) => event.seq)).toEqual(found.map((_, index) => index + 1));
        for (const event of acknowledged) expect(found[event.seq - 1]).toEqual(event);
        if (!wasKilled) await expectValidDocuments(disk);
      }
      if (files.calls < n) break;
    }
  },
);

/** Every part of which the name survived and which was not finished by a failed sync. */
async function expectValidDocuments(disk: MemoryFiles): Promise<void> {
  const parts = await logParts(disk, PLACE);
  const last = parts.at(-1);
  if (last === undefined) return;
  expect((await examineLogPart(disk, PLACE, last)).close).not.toBe("none");
}

test("after a failed write the part is cut back to its last event, and the next event follows it", async () => {
  const memory = new MemoryFiles("/s");
  const log = await EventLog.create(
    faulty(memory, atOperation("write", 3, { kind: "fail", errno: "ENOSPC" })),
    subject(),
  );
  await log.append(note("a"));
  await expect(log.append(note("refused"))).rejects.toMatchObject({ code: "STORAGE_FULL" });
  expect(JSON.parse(await textOf(memory))).toMatchObject({ events: [{ text: "a" }] });
  expect(await log.append(note("b"))).toMatchObject({ seq: 2 });
  expect(JSON.parse(await textOf(memory))).toMatchObject({ events: [{ text: "a" }, { text: "b" }] });
});

test("a failed write whose rest could not be cut off at once is cut off before the next event", async () => {
  const memory = new MemoryFiles("/s");
  const failing = (call: FileCall): FileFault | undefined => {
    if (call.number === FIRST_APPEND + 1) return { kind: "fail", errno: "EIO" };
    if (call.number === FIRST_APPEND + 2) return { kind: "fail", errno: "EIO" };
    return call.number === FIRST_APPEND ? { kind: "short" } : undefined;
  };
  const log = await EventLog.create(faulty(memory, failing), subject());
  await expect(log.append(note("long ".repeat(200)))).rejects.toMatchObject({ code: "STORAGE_WRITE_FAILED" });
  expect((await readWhole(memory, "/s/s1_log.json")).length).toBeGreaterThan(500);
  await log.append(note("short"));
  expect(JSON.parse(await textOf(memory))).toMatchObject({ events: [{ seq: 1, text: "short" }] });
});

test("after a failed sync the part is finished, and the next one says why, goes on counting and continues the chain", async () => {
  const memory = new MemoryFiles("/s");
  const log = await EventLog.create(
    faulty(memory, atOperation("datasync", 3, { kind: "fail", errno: "EIO" })),
    subject(),
  );
  await log.append(note("a"));
  const first = log.lastHash;
  await expect(log.append(note("refused"))).rejects.toMatchObject({ code: "STORAGE_WRITE_FAILED" });
  expect(await log.append(note("b"))).toMatchObject({ seq: 3 });
  expect((await eventsIn(memory)).map((event) => event["text"] ?? event["code"])).toEqual([
    "a",
    "STORAGE_WRITE_FAILED",
    "b",
  ]);
  const head = (await textOf(memory, "s1_log_part2.json")).split("\n")[0]!;
  expect(JSON.parse(`${head}]}`)).toMatchObject({ part: 2, first_seq: 2, prev: first });
});

test("an append costs the same after 3 000 events as at first: no call reads or grows", async () => {
  const files = faulty(new MemoryFiles("/s"), () => undefined);
  const log = await EventLog.create(files, subject());
  const costs: number[] = [];
  for (let i = 0; i < 3_000; i++) {
    const before = files.calls;
    await log.append(note("x"));
    costs.push(files.calls - before);
  }
  expect(new Set(costs)).toEqual(new Set([2]));
});

test("a follower hears every event once and in order, from the disk first and then as they come", async () => {
  const files = new MemoryFiles("/s");
  const log = await EventLog.create(files, subject());
  for (let i = 0; i < 1_500; i++) await log.append(note(`${i}`));
  const [all, late, live] = [new Heard(), new Heard(), new Heard()];
  log.follow(1, all);
  log.follow(1_400, late);
  const stop = log.follow(1_501, live);
  const more = Array.from({ length: 100 }, (_, i) => log.append(note(`more ${i}`)));
  expect(await live.until(100)).toEqual(range(1_501, 1_600));
  stop();
  await Promise.all(more);
  await log.append(note("last"));
  expect(await all.until(1_601)).toEqual(range(1, 1_601));
  expect(await late.until(202)).toEqual(range(1_400, 1_601));
  expect(live.seqs).toHaveLength(100);
});

test("a follower whose replay cannot be read is told so", async () => {
  const memory = new MemoryFiles("/s");
  const log = await EventLog.create(memory, subject());
  for (let i = 0; i < 3; i++) await log.append(note(`${i}`));
  await log.close();
  const again = await EventLog.resume(
    faulty(memory, (call) =>
      call.operation === "read" && call.number > 12 ? { kind: "fail", errno: "EIO" } : undefined,
    ),
    subject(),
  );
  const heard = new Heard();
  again.follow(1, heard);
  while (heard.faults.length === 0) await new Promise((resume) => setImmediate(resume));
  expect(errorReport(heard.faults[0]).code).toBe("STORAGE_READ_FAILED");
});

test("a log is gone on with behind its last event; a torn tail is refused, and an ended log gets a new part", async () => {
  const files = new MemoryFiles("/s");
  const log = await EventLog.create(files, subject());
  await log.append(note("a"));
  await log.close();
  const again = await EventLog.resume(files, subject());
  await again.append(note("b"));
  await again.close({ end_time: "x", duration: 1, status: "completed" });
  const ended = await textOf(files);
  const reopened = await EventLog.resume(files, subject());
  await reopened.append(note("c"));
  await reopened.close();
  expect(await textOf(files)).toBe(ended);
  expect((await eventsIn(files)).map((event) => [event.seq, event["text"]])).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]);
  const file = await files.open("/s/s1_log_part2.json", "update");
  await file.truncate((await file.sizeBytes()) - 9);
  await expect(EventLog.resume(files, subject())).rejects.toMatchObject({ code: "METADATA_BROKEN" });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
