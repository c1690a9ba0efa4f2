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
