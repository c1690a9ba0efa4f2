import { gatherSession } from "@polychron/processing";
import { openTimedSession } from "@polychron/processing/timed";
import { encodeColumns, encodeHeader, TWO_WAY_COLUMNS } from "@polychron/session/format";
import { MemoryFiles, readWhole, replaceFile, SessionReader, type FileSystem } from "@polychron/session/store";
import { probedRun } from "@polychron/sync/link-model";
import { stream } from "../../export/fixtures.js";
import { SESSION_ID, writeTree, type Tree, type TreeStream } from "../../export/session-tree.js";

const FOLDER = "/rec";
const { signal } = new AbortController();
const OPTIONS = { software: { name: "polychron", version: "0.0.0" }, signal };

async function opened(tree: Tree, files: MemoryFiles = new MemoryFiles(FOLDER)) {
  await writeTree(files, FOLDER, tree);
  return { files, reader: await SessionReader.open(files, FOLDER, SESSION_ID) };
}

/** Samples of a minute, every 0.1 s, each 20 ms on its way. */
function minute(deviceId: string, fileType: string, clockName?: string): TreeStream {
  const seq = Array.from({ length: 601 }, (_, row) => row);
  return {
    ...stream(deviceId, fileType, { gsr_uS: seq.map(() => 1) }),
    ...{ seq, deviceTimeS: seq.map((row) => row / 10), arrivalS: seq.map((row) => row / 10 + 0.02) },
    ...(clockName !== undefined && { clockName }),
  };
}

/** Every reading of a file, by its path. */
function countingOpens(files: MemoryFiles): { counted: FileSystem; opens: string[] } {
  const opens: string[] = [];
  const counted = new Proxy(files, {
    get: (target, name) => {
      if (name === "open") return (path: string, how: "read") => (opens.push(path), target.open(path, how));
      const member = Reflect.get(target, name) as unknown;
      return typeof member === "function" ? (member.bind(target) as unknown) : member;
    },
  });
  return { counted, opens };
}

test("a phone's clock is read once for a report, though its file says offset and round trips", async () => {
  const { files } = await opened({ streams: [minute("phone_1", "imu")], clock: { phone_1: [[0, 0]] } });
  const clockPath = (await allPaths(files)).find((each) => each.includes("clock"))!;
  const rows = probedRun({ link: "wifi-quiet" }, 1).bursts.flat();
  const columns = [
    ...(["t1S", "t2S", "t3S", "t4S"] as const).map((name) => Float64Array.from(rows, (row) => row[name])),
    ...[new Float64Array(rows.length).fill(7), new Float64Array(rows.length)],
  ];
  const header = new TextDecoder().decode(encodeHeader(TWO_WAY_COLUMNS));
  const body = new TextDecoder().decode(encodeColumns({ count: rows.length, columns }));
  await replaceFile(files, clockPath, new TextEncoder().encode(header + body));
  const { counted, opens } = countingOpens(files);
  const { devices } = await gatherSession(counted, await SessionReader.open(counted, FOLDER, SESSION_ID), OPTIONS);
  expect(devices[0]!.clock).toMatchObject({ method: "two_way", asked: rows.length });
  expect(devices[0]!.clock.round_trips!.counts.reduce((sum, count) => sum + count)).toBe(rows.length);
  expect(opens.filter((each) => each === clockPath)).toHaveLength(1);
});

async function allPaths(files: MemoryFiles, folder = `${FOLDER}/${SESSION_ID}`): Promise<string[]> {
  const paths: string[] = [];
  for (const { kind, name } of await files.list(folder))
    paths.push(...(kind === "folder" ? await allPaths(files, `${folder}/${name}`) : [`${folder}/${name}`]));
  return paths;
}

test("a stream that its device's clock was not observed beside goes by its own arrivals", async () => {
  const early = Array.from({ length: 30 }, (_, row) => [row / 10, row / 10 + 0.02] as const);
  const streams = [minute("shimmer_1", "gsr")];
  const timelineOf = async (tree: Tree) =>
    (await openTimedSession((await opened(tree)).reader, signal)).streams[0]!.timeline;
  const own = await timelineOf({ streams });
  expect(own.method).toBe("lower_envelope");
  expect(await timelineOf({ streams, clock: { shimmer_1: early } })).toEqual(own);
});

test("a recording without an end lasts as long as its longest stream", async () => {
  const { files } = await opened({
    streams: [minute("shimmer_1", "gsr"), stream("shimmer_2", "gsr", { gsr_uS: [1, 2] })],
  });
  const path = `${FOLDER}/${SESSION_ID}/session_metadata.json`;
  const metadata = JSON.parse(new TextDecoder().decode(await readWhole(files, path))) as {
    recordings: { stop_t_s: number | null; start_t_s: number }[];
  };
  metadata.recordings[0]!.stop_t_s = null;
  await replaceFile(files, path, new TextEncoder().encode(JSON.stringify(metadata)));
  const { recordings } = await gatherSession(files, await SessionReader.open(files, FOLDER, SESSION_ID), OPTIONS);
  expect(recordings).toEqual([{ number: 1, start_t_s: 0, stop_t_s: expect.closeTo(60, 3) }]);
});

test("the rate is that of the timeline, not the device's own: a clock that jumped makes no stream fast", async () => {
  const streams = [{ ...minute("shimmer_1", "gsr"), measuredRateHz: 233.33 }];
  const { files, reader } = await opened({ streams });
  const { devices } = await gatherSession(files, reader, OPTIONS);
  expect(devices[0]!.streams[0]!.quality.effective_rate_hz).toBeCloseTo(10, 3);
  const again = await SessionReader.open(files, FOLDER, SESSION_ID);
  expect((await openTimedSession(again, signal)).streams[0]!.effectiveRateHz).toBeCloseTo(10, 3);
});

test("the start is told by the times that were fitted afterwards, with period and bound; the live figure stands beside it", async () => {
  const late = minute("phone_1", "imu");
  const [offsetS, aheadS] = [500, 0.0731];
  const placed = {
    ...late,
    deviceTimeS: late.deviceTimeS.map((atS) => atS + aheadS + offsetS),
    arrivalS: late.arrivalS.map((atS) => atS + aheadS),
  };
  const counts = { ...COUNTS, device: "phone_1", stream: "imu", start_skew_s: 0 };
  const { files } = await opened({ streams: [placed], clock: { phone_1: [[0, 0]] }, counts: [counts] });
  await writeProbes(files, offsetS);
  const { devices } = await gatherSession(files, await SessionReader.open(files, FOLDER, SESSION_ID), OPTIONS);
  const { quality } = devices[0]!.streams[0]!;
  expect(quality).toMatchObject({
    method: "two_way",
    start_distance_s: expect.closeTo(aheadS, 4),
    start_skew_s: 0,
    live_start_skew_s: 0,
    period_s: expect.closeTo(0.1, 4),
  });
  expect(quality.start_bound_s!).toBeGreaterThan(0);
  expect(Math.abs(quality.start_distance_s! - aheadS)).toBeLessThanOrEqual(quality.start_bound_s!);
});

test("a phone that was restarted has samples for less than its numbers say, and no bound for the time without any", async () => {
  const [offsetS, restartS, backS] = [500, 20, 32];
  const rows = Array.from({ length: 601 }, (_, row) => row / 10).filter((atS) => atS < restartS || atS >= backS);
  const clockOf = (atS: number): number => (atS < restartS ? atS + offsetS : atS - backS + 3);
  const base = minute("phone_1", "imu");
  const restarted = {
    ...base,
    seq: rows.map((atS, row) => (atS < restartS ? row : row - 200)),
    deviceTimeS: rows.map(clockOf),
    arrivalS: rows.map((atS) => atS + 0.02),
    channels: { gsr_uS: rows.map(() => 1) },
  };
  const { files } = await opened({ streams: [restarted], clock: { phone_1: [[0, 0]] } });
  await writeProbes(files, offsetS, { atS: restartS, backS, offsetS: 3 - backS });
  await changeMetadata(files, ({ recordings }) => (recordings[0]!.stop_t_s = 60));
  const { devices } = await gatherSession(files, await SessionReader.open(files, FOLDER, SESSION_ID), OPTIONS);
  const [{ streams, clock }] = [devices[0]!];
  expect(streams[0]!.silences).toEqual([{ fromS: expect.closeTo(restartS, 1), toS: expect.closeTo(backS, 1) }]);
  expect(clock.epochs.map(({ cause }) => cause)).toEqual(["first", "clock"]);
  // The two clocks are 500 s apart: what lies between them is no bound.
  expect(clock.hard_s!).toBeLessThan(0.1);
  expect(clock.hard_median_s!).toBeLessThanOrEqual(clock.hard_s!);
  expect(clock.bound99_s!).toBeLessThanOrEqual(clock.hard_s!);
});

test("the drift of a clock that is read or only heard is that of the epoch that lasted longest", async () => {
  // Many readings in ten seconds, then few in fifty, on a clock that runs otherwise after its restart.
  const rows = [
    ...Array.from({ length: 1000 }, (_, row) => row / 100),
    ...Array.from({ length: 501 }, (_, row) => 10 + row / 10),
  ];
  const fast = (atS: number): number => (atS < 10 ? atS * 1.0001 : (atS - 10) * 0.9999);
  const sensor = {
    ...minute("shimmer_1", "gsr"),
    seq: rows.map((_, row) => row),
    deviceTimeS: rows.map(fast),
    arrivalS: rows.map((atS) => atS + 0.02),
    channels: { gsr_uS: rows.map(() => 1) },
  };
  const clock = { shimmer_1: rows.map((atS) => [fast(atS), atS + 0.02] as const) };
  const { files, reader } = await opened({ streams: [sensor], clock });
  const { devices } = await gatherSession(files, reader, OPTIONS);
  expect(devices[0]!.clock.drift_ppm!).toBeLessThan(-50);
});

const COUNTS = {
  ...{ expected: 601, received: 601, written: 601, expected_extrapolated: 0, nominal: 601 },
  ...{ effective_rate_hz: 10, stop_skew_s: 0 },
};

/** Bursts every second with ways of 2 ms, on a clock so far ahead, and another one after a restart. */
async function writeProbes(
  files: MemoryFiles,
  offsetS: number,
  restart?: { atS: number; backS: number; offsetS: number },
): Promise<void> {
  const clockPath = (await allPaths(files)).find((each) => each.includes("clock"))!;
  const rows = Array.from({ length: 61 * 4 }, (_, probe) => Math.floor(probe / 4) + (probe % 4) * 0.02);
  const kept = rows.filter((atS) => restart === undefined || atS < restart.atS || atS >= restart.backS);
  const isOld = (atS: number): boolean => restart === undefined || atS < restart.atS;
  const deviceS = (atS: number): number => atS + 0.002 + (isOld(atS) ? offsetS : restart!.offsetS);
  const columns = [
    Float64Array.from(kept),
    Float64Array.from(kept, deviceS),
    Float64Array.from(kept, deviceS),
    Float64Array.from(kept, (atS) => atS + 0.004),
    Float64Array.from(kept, (atS) => (isOld(atS) ? 7 : 8)),
    new Float64Array(kept.length),
  ];
  const header = new TextDecoder().decode(encodeHeader(TWO_WAY_COLUMNS));
  const body = new TextDecoder().decode(encodeColumns({ count: kept.length, columns }));
  await replaceFile(files, clockPath, new TextEncoder().encode(header + body));
}

async function changeMetadata(
  files: MemoryFiles,
  change: (metadata: { recordings: { stop_t_s: number | null }[] }) => unknown,
): Promise<void> {
  const path = `${FOLDER}/${SESSION_ID}/session_metadata.json`;
  const metadata = JSON.parse(new TextDecoder().decode(await readWhole(files, path))) as never;
  change(metadata);
  await replaceFile(files, path, new TextEncoder().encode(JSON.stringify(metadata)));
}
