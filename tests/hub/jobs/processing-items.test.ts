import type { ProcessingEntry } from "@polychron/session/format";
import { hubUs, utcUs, type Clock } from "@polychron/session/model";
import { ProcessingItems } from "../../../apps/hub/src/jobs/processing-items.js";

const clock: Clock = { nowUs: () => hubUs(0), utcUs: () => utcUs(0), zoneOffsetMin: () => 0, bootId: "b" };
const NOW = "1970-01-01T00:00:00.000000+00:00";
const sha256 = (digit: string) => digit.repeat(64);

/** A session's `post_processing` in memory. */
function notebook() {
  const entries = new Map<string, ProcessingEntry>();
  const items = new ProcessingItems(
    {
      changeProcessing: async (_session, processor, change) => {
        entries.set(processor, change(entries.get(processor)));
      },
    },
    clock,
  );
  return { items, entries };
}

const made = (...outputs: { path: string; sha256: string }[]) => ({
  processor: "synchronized_data",
  inputs: ["devices/a/sensor_data/a_gsr.csv"],
  outputs,
  parameters: { rate_hz: 100 },
});

test("each run is an item with its number, inputs, outputs and parameters", async () => {
  const { items, entries } = notebook();
  const output = { path: "processing/x.csv", sha256: sha256("a") };
  await items.made("s", made(output), NOW);
  expect(entries.get("synchronized_data")).toEqual({
    enabled: true,
    available: true,
    success: true,
    items: [
      {
        sequence: 1,
        status: "done",
        inputs: ["devices/a/sensor_data/a_gsr.csv"],
        outputs: [output],
        parameters: { rate_hz: 100 },
        started: NOW,
        ended: NOW,
        error: null,
      },
    ],
  });
});

test("a file belongs to the run that wrote it last", async () => {
  const { items, entries } = notebook();
  const kept = { path: "processing/50hz.csv", sha256: sha256("b") };
  await items.made("s", made({ path: "processing/x.csv", sha256: sha256("a") }, kept), NOW);
  await items.made("s", made({ path: "processing/x.csv", sha256: sha256("c") }), NOW);
  expect(entries.get("synchronized_data")!.items.map(({ sequence, outputs }) => ({ sequence, outputs }))).toEqual([
    { sequence: 1, outputs: [kept] },
    { sequence: 2, outputs: [{ path: "processing/x.csv", sha256: sha256("c") }] },
  ]);
});

test("a run that failed keeps its error, and takes nothing from the runs before it", async () => {
  const { items, entries } = notebook();
  const output = { path: "processing/x.csv", sha256: sha256("a") };
  await items.made("s", made(output), NOW);
  const error = { code: "STORAGE_FULL", message: "m", remedy: "r", params: {} };
  const failure = { processor: "synchronized_data", parameters: {}, status: "failed", error } as const;
  await items.failed("s", failure, NOW);
  const entry = entries.get("synchronized_data")!;
  expect(entry.success).toBe(false);
  expect(entry.items).toMatchObject([
    { status: "done", outputs: [output] },
    { sequence: 2, status: "failed", outputs: [], error },
  ]);
});
