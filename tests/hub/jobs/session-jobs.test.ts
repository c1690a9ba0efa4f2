import { SessionError } from "@polychron/session/model";
import { DiskFiles, SessionReader, SessionStore, systemTimers } from "@polychron/session/store";
import { Jobs } from "../../../apps/hub/src/jobs.js";
import { systemClock } from "../../../apps/hub/src/system-clock.js";
import { SessionJobs } from "../../../apps/hub/src/jobs/session-jobs.js";
import { stream, withFolder } from "../../export/fixtures.js";
import { SESSION_ID, writeTree, type Tree } from "../../export/session-tree.js";

/** A completed session on disk, and the hub's jobs over it. */
async function jobsOver(folder: string, streams: Tree["streams"], { isFull = false } = {}) {
  const files = new DiskFiles();
  await writeTree(files, folder, { streams: streams ?? [] });
  const clock = systemClock();
  const software = { name: "polychron", version: "0.1.0" };
  const onFault = (error: unknown) => {
    throw error;
  };
  const store = await SessionStore.open({ files, folder, clock, timers: systemTimers, software, onFault });
  const jobs = new Jobs(() => undefined);
  const faults: string[] = [];
  const work = new SessionJobs({
    ...{ store: isFull ? fullDisk(store) : store, jobs, clock, recordingsFolder: folder },
    ...{ version: "0.1.0", ffmpeg: "ffmpeg", onFault: ({ code }: { code: string }) => void faults.push(code) },
  });
  const order = (session = SESSION_ID) =>
    work.order({ kind: "synchronize", session, parameters: { rate_hz: 20 }, processors: ["synchronized_data"] });
  /** Queued behind everything so far: when it is done, so is all the rest. */
  const ended = () => jobs.add({ kind: "none", session: "", work: () => Promise.resolve([]) }).done;
  const entry = async () =>
    (await SessionReader.open(files, folder, SESSION_ID)).metadata.post_processing["synchronized_data"];
  return { jobs, order, ended, entry, faults };
}

/** A store that takes no note of what was made. */
function fullDisk(store: SessionStore): SessionStore {
  store.changeProcessing = () => Promise.reject(new SessionError("STORAGE_FULL", { path: "x" }));
  return store;
}

const samples = [stream("shimmer_3a5f", "gsr", { gsr_uS: [0.5, 1.5, 2.5] })];

test("work that is ordered runs as a job, and its outputs stand in the job and in the metadata", async () => {
  await withFolder(async (folder) => {
    const { jobs, order, ended, entry } = await jobsOver(folder, samples);
    const id = await order();
    await ended();
    const view = jobs.views().find((job) => job.id === id)!;
    expect(view).toMatchObject({ kind: "synchronize", session: SESSION_ID, status: "done", progress: 1, error: null });
    expect((await entry())!.items[0]!.outputs.map(({ path }) => path)).toEqual(view.outputs);
  });
});

test("work that fails is a failed job with a reason, and a failed item in the metadata", async () => {
  await withFolder(async (folder) => {
    const { jobs, order, ended, entry } = await jobsOver(folder, []);
    const id = await order();
    await ended();
    expect(jobs.views().find((job) => job.id === id)).toMatchObject({
      status: "failed",
      error: { code: "JOB_FAILED" },
    });
    expect(await entry()).toMatchObject({ success: false, items: [{ status: "failed", parameters: { rate_hz: 20 } }] });
  });
});

test("where the failure cannot be written down, the job still says why the work failed", async () => {
  await withFolder(async (folder) => {
    const { jobs, order, ended, faults } = await jobsOver(folder, [], { isFull: true });
    const id = await order();
    await ended();
    expect(jobs.views().find((job) => job.id === id)).toMatchObject({ error: { code: "JOB_FAILED" } });
    expect(faults).toEqual(["STORAGE_FULL"]);
  });
});

test("work that is cancelled is an item that was skipped", async () => {
  await withFolder(async (folder) => {
    const { jobs, order, ended, entry } = await jobsOver(folder, samples);
    const id = await order();
    await Promise.resolve(); // the job runs from the next turn on
    expect(jobs.views().find((job) => job.id === id)!.status).toBe("running");
    jobs.cancel(id);
    await ended();
    expect(jobs.views().find((job) => job.id === id)).toMatchObject({ status: "cancelled", error: null });
    expect(await entry()).toMatchObject({ success: false, items: [{ status: "skipped", outputs: [] }] });
  });
});

test("a session that is not there is refused at once", async () => {
  await withFolder(async (folder) => {
    const { order } = await jobsOver(folder, samples);
    await expect(order("session_20200101_000000")).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
  });
});
