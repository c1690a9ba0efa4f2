import { MemoryFiles } from "@polychron/session/store";
import { FillRate, shortage } from "../../../apps/hub/src/record/disk-forecast.js";
import { HubBench } from "../hub-bench.js";

const GB = 1e9;

test.each([
  ["half empty", { freeBytes: 50 * GB, totalBytes: 100 * GB, bytesPerS: undefined }, undefined],
  ["a tenth left", { freeBytes: 10 * GB, totalBytes: 100 * GB, bytesPerS: undefined }, "10 % of the disk"],
  [
    "half empty and filling fast",
    { freeBytes: 50 * GB, totalBytes: 100 * GB, bytesPerS: 30e6 },
    "enough for 27 min at the present rate",
  ],
  ["half empty and filling slowly", { freeBytes: 50 * GB, totalBytes: 100 * GB, bytesPerS: 1e6 }, undefined],
])("a disk that is %s: %p gives %p", (_name, room, expected) => {
  expect(shortage(room, false)).toBe(expected);
});

test("a warning does not flicker around its bound", () => {
  const room = { freeBytes: 11 * GB, totalBytes: 100 * GB, bytesPerS: undefined };
  expect([shortage(room, false), shortage(room, true)]).toEqual([undefined, "11 % of the disk"]);
});

test("how fast the disk fills is measured over the last minute, and unknown before 20 s", () => {
  const rate = new FillRate();
  const seen = [0, 10, 20, 60, 120, 180].map((second) =>
    rate.after(second * 1e6, 10 * GB - second * (second > 60 ? 2e6 : 1e6)),
  );
  expect(seen.slice(0, 4)).toEqual([undefined, undefined, 1e6, 1e6]);
  expect(seen.at(-1)).toBe(2e6);
  rate.forget();
  expect(rate.after(190e6, GB)).toBeUndefined();
});

test("a disk that grows emptier has no rate", () => {
  const rate = new FillRate();
  rate.after(0, GB);
  expect(rate.after(30e6, 2 * GB)).toBeUndefined();
});

test("a nearly full disk is said once, to whoever looks and to every open session", async () => {
  const bench = await HubBench.open();
  const session = await bench.create();
  bench.memory.limitTo(8 * GB, 100 * GB);
  await bench.time.pass(30_000);
  const warnings = (await bench.events(session)).filter((event) => event.event === "warning");
  expect(warnings).toEqual([
    expect.objectContaining({ code: "STORAGE_LOW", remedy: expect.stringContaining("Free space") }),
  ]);
  expect(bench.snapshot.faults.map((fault) => fault.code)).toEqual(["STORAGE_LOW"]);
  bench.memory.limitTo(50 * GB, 100 * GB);
  await bench.time.pass(10_000);
  bench.memory.limitTo(8 * GB, 100 * GB);
  await bench.time.pass(10_000);
  expect((await bench.events(session)).filter((event) => event.event === "warning")).toHaveLength(2);
});

test("below the reserve nothing new is recorded, and there is a remedy; with room again there is", async () => {
  const bench = await HubBench.open();
  await bench.connect();
  const session = await bench.create();
  bench.memory.limitTo(49e6, 100 * GB);
  expect(await bench.send({ kind: "start_recording", session })).toMatchObject({
    error: { code: "STORAGE_FULL", remedy: expect.stringContaining("Free space") },
  });
  expect(bench.view(session).state).toBe("active");
  bench.memory.limitTo(51e6, 100 * GB);
  expect(await bench.codeOf({ kind: "start_recording", session })).toBe("ok");
});

test("a disk that fills while it is recorded to is said at once, and what fits is kept; with room again it goes on", async () => {
  const memory = new MemoryFiles("/rec");
  const bench = await HubBench.open({ memory });
  await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  memory.limitTo(0, 100 * GB);
  await bench.time.pass(5_000);
  expect(bench.snapshot.faults.map((fault) => fault.code)).toContain("STORAGE_FULL");
  memory.limitTo(60 * GB, 100 * GB);
  await bench.time.pass(3_000);
  expect(bench.view(session).state).toBe("recording");
  await bench.order({ kind: "stop_recording", session });
  const { recordings, errors } = bench.store.require(session).metadata;
  const counts = recordings[0]!.streams[0]!;
  expect(counts.written).toBeGreaterThan(1_000);
  expect([counts.expected, counts.received]).toEqual([counts.written, counts.written]);
  expect(errors.map((fault) => fault.code)).toContain("STORAGE_FULL");
});
