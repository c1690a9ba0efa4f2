import { fork } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DiskFiles } from "@polychron/session/store";
import { programFile } from "../../../apps/hub/src/program-file.js";
import { runWork } from "../../../apps/hub/src/jobs/run-work.js";
import type { WorkRequest } from "../../../apps/hub/src/jobs/work-messages.js";
import { stream, withFolder } from "../../export/fixtures.js";
import { writeCuedSession } from "../../processing/cued-session.js";
import { SESSION_ID, writeTree } from "../../export/session-tree.js";

const streams = [stream("shimmer_3a5f", "gsr", { gsr_uS: [0.5, 1.5, 2.5] })];
const never = new AbortController().signal;

function request(recordingsFolder: string, more: Partial<WorkRequest>): WorkRequest {
  const parts = { recordingsFolder, sessionId: SESSION_ID, parameters: {}, version: "0.1.0", ffmpeg: "ffmpeg" };
  return { kind: "synchronize", ...parts, ...more };
}

test("a process of its own puts a session on one time base, says how far it is, and what it made", async () => {
  await withFolder(async (folder) => {
    await writeTree(new DiskFiles(), folder, { streams });
    const shares: number[] = [];
    const wanted = request(folder, { parameters: { rate_hz: 20 } });
    const made = await runWork(wanted, (share) => shares.push(share), never);
    expect(made).toMatchObject([{ processor: "synchronized_data", parameters: { rate_hz: 20 } }]);
    expect(made[0]!.outputs.map(({ path }) => path)).toEqual(
      ["csv", "json"].map((ext) => `processing/synchronized_data/synchronized_20hz_20250731_143101.${ext}`),
    );
    expect(shares.at(-1)).toBe(1);
  });
});

test("cues are found before the session is judged; where that needs a program that is missing, the report is made all the same", async () => {
  await withFolder(async (folder) => {
    const sessionId = await writeCuedSession(folder);
    const kinds = { kind: "report", sessionId, ffmpeg: "/nowhere/ffmpeg" } as const;
    const made = await runWork(request(folder, kinds), () => undefined, never);
    expect(made).toMatchObject([
      { processor: "cues", outputs: [], error: { code: "PROCESSING_PROGRAM_MISSING" } },
      { processor: "quality_report" },
    ]);
    expect(made[1]!.outputs).toHaveLength(2);
  });
});

test("the same process exports, a processor a format", async () => {
  await withFolder(async (folder) => {
    await writeTree(new DiskFiles(), folder, { streams });
    const wanted = request(folder, { kind: "export", parameters: { formats: ["csv", "mat"] } });
    const made = await runWork(wanted, () => undefined, never);
    expect(made.map(({ processor, outputs }) => [processor, outputs.length > 0])).toEqual([
      ["export_csv", true],
      ["export_mat", true],
    ]);
  });
});

test("what went wrong there is told here, with its code and remedy", async () => {
  await withFolder(async (folder) => {
    await writeTree(new DiskFiles(), folder, { streams: [] });
    const wanted = request(folder, { parameters: { rate_hz: 100 } });
    await expect(runWork(wanted, () => undefined, never)).rejects.toMatchObject({
      code: "JOB_FAILED",
      params: { kind: "synchronize", reason: expect.stringContaining("PROCESSING_NO_SAMPLES") },
    });
  });
});

test("work that is cancelled ends", async () => {
  await withFolder(async (folder) => {
    await writeTree(new DiskFiles(), folder, { streams });
    const cancel = new AbortController();
    const running = runWork(request(folder, { parameters: { rate_hz: 10_000 } }), () => undefined, cancel.signal);
    cancel.abort();
    await expect(running).rejects.toThrow(/abort/i);
  });
});

test("a work process whose hub is gone ends at once and finishes nothing", async () => {
  await withFolder(async (folder) => {
    const minutes = stream("shimmer_3a5f", "gsr", { gsr_uS: Array.from({ length: 2000 }, (_, row) => row) });
    await writeTree(new DiskFiles(), folder, { streams: [minutes] });
    const orphan = fork(programFile("bin/work-child.mjs"), [], {
      serialization: "json",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    orphan.send(request(folder, { parameters: { rate_hz: 1000 } }));
    expect(await once(orphan, "message")).toMatchObject([{ kind: "progress" }, undefined]);
    orphan.disconnect();
    expect(await once(orphan, "exit")).toEqual([1, null]);
    const made = await readdir(join(folder, SESSION_ID, "processing", "synchronized_data"));
    expect(made.filter((name) => /\.(csv|json)$/.test(name))).toEqual([]);
  });
});
