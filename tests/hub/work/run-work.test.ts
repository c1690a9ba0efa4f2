import { DiskFiles } from "@polychron/session/store";
import { runWork } from "../../../apps/hub/src/work/run-work.js";
import type { WorkRequest } from "../../../apps/hub/src/work/work-messages.js";
import { stream, withFolder } from "../../export/fixtures.js";
import { SESSION_ID, writeTree } from "../../export/session-tree.js";

const streams = [stream("shimmer_3a5f", "gsr", { gsr_uS: [0.5, 1.5, 2.5] })];
const never = new AbortController().signal;

function request(recordingsFolder: string, more: Partial<WorkRequest>): WorkRequest {
  return { kind: "synchronize", recordingsFolder, sessionId: SESSION_ID, parameters: {}, version: "0.1.0", ...more };
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
