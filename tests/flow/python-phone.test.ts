import type { HubClient } from "@polychron/hub";
import { diskFiles, SessionReader, type StreamFile } from "@polychron/session/store";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pythonHas } from "../export/python.js";
import { startHubProcess } from "./hub-process.js";
import { PhoneProcess } from "./phone-process.js";

const MODULES = ["socketio", "websocket", "requests"];
const NAME = "a phone written in Python from the protocol page alone joins, streams, records on itself and uploads";

if (pythonHas(...MODULES)) test(NAME, () => withFolder(record), 120_000);
else test.skip(`${NAME} (not run: Python lacks one of ${MODULES.join(", ")})`, () => undefined);

async function record(folder: string): Promise<void> {
  const recordings = join(folder, "recordings");
  const hub = await startHubProcess(recordings);
  const { code } = await hub.client.order({ kind: "pair_phone" });
  const phone = new PhoneProcess(hub.url, String(code), folder);
  try {
    const { device } = await phone.said("joined");
    const session = await recordThreeSeconds(hub.client, phone);
    await exportAll(hub.client, session);
    await judge({ recordings, session, device: String(device) }, phone);
  } finally {
    await phone.stop();
    await hub.stop();
  }
}

/** Resolves when the session is sealed; the phone has then been told that its file is safe. */
async function recordThreeSeconds(client: HubClient, phone: PhoneProcess): Promise<string> {
  await client.until(({ devices }) => (devices[0]?.streams[0]?.received ?? 0) > 50, "a second of samples");
  const session = String((await client.order({ kind: "create_session", name: "python" }))["session"]);
  await client.order({ kind: "start_recording", session });
  await phone.said("started");
  const written = ({ sessions }: HubClient["snapshot"]): number =>
    sessions[0]?.recording?.streams.find(({ stream }) => stream === "motion")?.written ?? 0;
  await client.until((snapshot) => written(snapshot) >= 150, "three seconds on disk");
  await client.order({ kind: "stop_recording", session });
  await phone.said("deleted", 40_000);
  await client.order({ kind: "end_session", session });
  await client.until(({ sessions }) => sessions.length === 0, "the session sealed");
  return session;
}

async function exportAll(client: HubClient, session: string): Promise<void> {
  const { job } = await client.order({ kind: "export_session", session, formats: ["csv", "mat"] });
  const isOver = (status: string): boolean => !["pending", "running"].includes(status);
  const { jobs } = await client.until(
    ({ jobs }) => jobs.some(({ id, status }) => id === job && isOver(status)),
    "exports",
  );
  expect(jobs.find(({ id }) => id === job)).toMatchObject({ status: "done", error: null });
}

/** What the hub has on disk against what the phone says that it measured and sent. */
async function judge(
  tree: { recordings: string; session: string; device: string },
  phone: PhoneProcess,
): Promise<void> {
  const folder = join(tree.recordings, tree.session);
  const reader = await SessionReader.open(diskFiles(), tree.recordings, tree.session);
  expect(reader.metadata).toMatchObject({ status: "completed", errors: [] });

  const [started, stopped] = [await phone.said("started"), await phone.said("stopped")];
  const files = reader.metadata.files[tree.device]!;
  const own = files.find(({ file_type: fileType }) => fileType === "motion_own")!;
  const bytes = await readFile(join(folder, own.file_path));
  expect(own).toMatchObject({ complete: true, sha256: stopped["sha256"], file_size: stopped["size_bytes"] });
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(stopped["sha256"]);

  const measured = rowsOf(bytes.toString());
  const [first, next] = [Number(started["seq"]), Number(stopped["next_seq"])];
  expect([...measured.keys()]).toEqual(Array.from({ length: next - first }, (_, place) => first + place));
  expect(measured.size).toBeGreaterThanOrEqual(145);

  const streamed = await rowsOfStream(reader, tree.device);
  const shared = [...streamed.keys()].filter((seq) => measured.has(seq));
  // Hub and phone cut at one instant, each by its own idea of the other's clock: an edge may differ by a few samples.
  expect(streamed.size - shared.length).toBeLessThanOrEqual(3);
  expect(measured.size - shared.length).toBeLessThanOrEqual(3);
  expect(shared.map((seq) => streamed.get(seq))).toEqual(shared.map((seq) => measured.get(seq)));

  const live = files.find(({ file_type: fileType }) => fileType === "motion")!;
  const times = await Promise.all(
    [own, live].map(({ file_path: path }) => timesOf(join(folder, "exports/csv", basename(path)))),
  );
  expect(times[0]!.size).toBe(measured.size);
  // One clock, one timeline: the phone's own file lies where the streamed samples lie.
  const apartS = shared.map((seq) => Math.abs(times[0]!.get(seq)! - times[1]!.get(seq)!));
  expect(Math.max(...apartS)).toBeLessThan(0.005);
}

/** Session time by sample number, from an exported file. */
async function timesOf(path: string): Promise<ReadonlyMap<number, number>> {
  const [head, ...lines] = (await readFile(path, "utf8")).trimEnd().split("\n");
  const [timeAt, seqAt] = ["t_s", "seq"].map((name) => head!.split(",").indexOf(name));
  return new Map(
    lines.map((line) => {
      const cells = line.split(",").map(Number);
      return [cells[seqAt!]!, cells[timeAt!]!];
    }),
  );
}

/** Device time and the two channels, by sample number. */
type Rows = Map<number, readonly number[]>;

function rowsOf(csv: string): Rows {
  const [head, ...lines] = csv.trimEnd().split("\n");
  expect(head).toBe("seq,device_time_s,arrival_time_s,accel_x_mps2,accel_y_mps2");
  return new Map(
    lines.map((line) => {
      const [seq, deviceTimeS, , x, y] = line.split(",").map(Number);
      return [seq!, [deviceTimeS!, x!, y!]];
    }),
  );
}

async function rowsOfStream(reader: SessionReader, device: string): Promise<Rows> {
  const streams = await reader.streams();
  const motion = streams.find((stream: StreamFile) => stream.deviceId === device && stream.fileType === "motion")!;
  const rows: Rows = new Map();
  for await (const block of reader.blocks(motion)) {
    for (let row = 0; row < block.count; row++) {
      const values = block.columns.map((column) => column[row]!);
      rows.set(block.seq[row]!, [block.deviceTimeS[row]!, ...values]);
    }
  }
  return rows;
}

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-python-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
