import { ServiceError } from "../../../apps/hub/src/errors.js";
import { MissingReports } from "../../../apps/hub/src/jobs/missing-reports.js";
import type { WorkOrder } from "../../../apps/hub/src/jobs/session-jobs.js";
import { MemoryFiles, replaceFile, SessionIndex } from "@polychron/session/store";
import { HandTime } from "../../devices/hand-time.js";
import { writeTree } from "../../export/session-tree.js";

const FOLDER = "/rec";
const LOOK_MS = 10_000;

/** The id of a session that began on this day of July. */
const sessionOf = (day: number): string => `session_202507${String(day).padStart(2, "0")}_143022`;

/** A folder of completed sessions without reports, and a hub's other work as the test says. */
async function waiting(days: readonly number[]) {
  const memory = new MemoryFiles(FOLDER);
  for (const day of days) await writeTree(memory, FOLDER, { sessionId: sessionOf(day) });
  const state = { isQuiet: true, refusal: undefined as Error | undefined };
  const time = new HandTime();
  const ordered: string[] = [];
  const faults: string[] = [];
  const reports = new MissingReports({
    ...{ files: memory, recordingsFolder: FOLDER, timers: time, isQuiet: () => state.isQuiet },
    index: new SessionIndex({ files: memory, folder: FOLDER, nowMs: () => time.nowUs() / 1000 }),
    work: {
      order: ({ kind, session }: WorkOrder) => {
        if (state.refusal !== undefined) return Promise.reject(state.refusal);
        ordered.push(`${kind} ${session}`);
        return Promise.resolve("job_1");
      },
    },
    onFault: ({ code }) => void faults.push(code),
  });
  return { reports, memory, time, state, ordered, faults };
}

test("missing reports are ordered one at a look, the newest session first", async () => {
  const { reports, time, ordered } = await waiting([1, 3, 2]);
  reports.start();
  await time.pass(LOOK_MS);
  expect(ordered).toEqual([`report ${sessionOf(3)}`]);
  await time.pass(10 * LOOK_MS);
  expect(ordered).toEqual([3, 2, 1].map((day) => `report ${sessionOf(day)}`));
});

test("while something is recorded or other work waits, none is ordered", async () => {
  const { reports, time, state, ordered } = await waiting([1]);
  state.isQuiet = false;
  reports.start();
  await time.pass(5 * LOOK_MS);
  expect(ordered).toEqual([]);
  state.isQuiet = true;
  await time.pass(LOOK_MS);
  expect(ordered).toHaveLength(1);
});

test("a session that goes on, and one whose metadata cannot be read, have none to be made", async () => {
  const { reports, memory, time, ordered, faults } = await waiting([2]);
  await writeTree(memory, FOLDER, { sessionId: sessionOf(4), status: "recording" });
  const broken = `${FOLDER}/${sessionOf(2)}/session_metadata.json`;
  await replaceFile(memory, broken, new TextEncoder().encode("{"));
  await writeTree(memory, FOLDER, { sessionId: sessionOf(1) });
  reports.start();
  await time.pass(5 * LOOK_MS);
  expect({ ordered, faults }).toEqual({ ordered: [`report ${sessionOf(1)}`], faults: [] });
});

test("of an archive only the hundred newest sessions are looked at", async () => {
  const { reports, memory, time, ordered } = await waiting([]);
  for (let second = 0; second < 103; second++) {
    const stamp = `14${String(Math.floor(second / 60)).padStart(2, "0")}${String(second % 60).padStart(2, "0")}`;
    await writeTree(memory, FOLDER, { sessionId: `session_20250731_${stamp}` });
  }
  reports.start();
  await time.pass(200 * LOOK_MS);
  expect(ordered).toHaveLength(100);
  expect(ordered.at(-1)).toBe("report session_20250731_140003");
});

test("a hub that stops orders no more, whether it had begun to look or not", async () => {
  const { reports, time, ordered } = await waiting([1, 2, 3]);
  reports.start();
  await time.pass(LOOK_MS);
  await reports.stop();
  reports.start();
  await time.pass(10 * LOOK_MS);
  expect(ordered).toHaveLength(1);
});

test("an order that is refused is a fault that is told, and the others are made", async () => {
  const { reports, time, state, ordered, faults } = await waiting([1, 2]);
  state.refusal = new ServiceError("HUB_STOPPING");
  reports.start();
  await time.pass(LOOK_MS);
  state.refusal = undefined;
  await time.pass(3 * LOOK_MS);
  expect(faults).toEqual(["HUB_STOPPING"]);
  expect(ordered).toEqual([`report ${sessionOf(1)}`]);
});
