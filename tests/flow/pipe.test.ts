import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "../../apps/hub/src/lab/simulation.js";

test("where the platform has no pseudo-terminals the simulated lab stands behind pipes and loses nothing either", async () => {
  const recordings = await mkdtemp(join(tmpdir(), "polychron-pipe-"));
  try {
    const report = await simulate({
      shimmers: 2,
      phones: 0,
      cameras: 0,
      durationS: 4,
      isStressTest: true,
      seed: 3,
      behind: "pipe",
      faults: [],
      recordings,
      say: () => undefined,
      signal: new AbortController().signal,
    });
    expect(report.streams.filter((stream) => !stream.ok)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.streams[0]!.written).toBeGreaterThan(900);
    expect(report.markers).toBeGreaterThan(10);
  } finally {
    await rm(recordings, { recursive: true, force: true });
  }
}, 60_000);
