import { parseMetadata } from "@polychron/session/format";
import {
  checkSession,
  continueInterrupted,
  discardSession,
  endInterrupted,
  listTree,
  readWhole,
  recoverSessions,
  recoveryExitCode,
  type FileSystem,
  type RecoveryScan,
} from "@polychron/session/store";
import { change, completed, FOLDER, ID, interrupted, LOG, METADATA, overwrite } from "./interrupted.js";
import { gsrBlock, NEW_STREAM, textOf, type Workbench } from "./store-bench.js";

const recover = (bench: Workbench, files: FileSystem): Promise<RecoveryScan> =>
  recoverSessions({ files, recordingsFolder: "/rec", clock: bench.clock, fence: () => Promise.resolve() });

const metadataOf = async (files: FileSystem) => {
  const parsed = parseMetadata(textOf(await readWhole(files, METADATA)));
  if (parsed.kind !== "good") throw new Error(parsed.kind);
  return parsed.value;
};

const problems = async (files: FileSystem): Promise<string[]> =>
  (await checkSession({ files, recordingsFolder: "/rec", sessionId: ID })).findings.map(
    ({ code, path, detail }) => `${code} ${path} ${detail}`,
  );

test("an interrupted recording is repaired and offered with its devices, and what was lost is said", async () => {
  const { bench, disk } = await interrupted();
  const scan = await recover(bench, disk);
  expect(scan.failed).toEqual([]);
  expect(scan.interrupted).toEqual([
    expect.objectContaining({
      id: ID,
      foundState: "recording",
      devices: [
        { deviceId: "shimmer_3a5f", deviceType: "shimmer_gsr", capabilities: ["gsr_data"], settings: { rateHz: 128 } },
      ],
    }),
  ]);
  expect(scan.interrupted[0]!.lost).toHaveLength(2);
  expect(recoveryExitCode(scan)).toBe(3);
});

test("done twice it changes nothing and offers the same", async () => {
  const { bench, disk } = await interrupted();
  const first = await recover(bench, disk);
  const tree = await listTree(disk, "/rec");
  const second = await recover(bench, disk);
  expect(second.interrupted).toEqual(first.interrupted);
  expect(second.repairs.every(({ changed }) => !changed)).toBe(true);
  expect(await listTree(disk, "/rec")).toEqual(tree);
});

test("continued, the session records again, with the gap known, and ends without findings", async () => {
  const { bench, disk } = await interrupted();
  const scan = await recover(bench, disk);
  bench.clock.advance(60_000_000);
  const { session, devices, wasRecording, gapFromS } = await continueInterrupted(
    await bench.open(disk),
    scan.interrupted[0]!,
    "op",
  );
  expect({ wasRecording, state: session.state, ids: devices.map(({ deviceId }) => deviceId) }).toEqual({
    wasRecording: true,
    state: "active",
    ids: ["shimmer_3a5f"],
  });
  expect(gapFromS).toBeCloseTo(2.99, 1);
  const atUs = bench.clock.us;
  expect((await session.startRecording({ atUs, devices: ["shimmer_3a5f"] })).number).toBe(2);
  (await session.openStream(NEW_STREAM)).append(gsrBlock(0, 32, atUs));
  await session.stopRecording({ atUs: atUs + 250_000, streams: [] });
  await session.end({ reason: "operator", by: "op" });
  expect((await metadataOf(disk)).recoveries.map(({ choice }) => choice)).toEqual(["repair", "continue"]);
  expect(await problems(disk)).toEqual([]);
  expect((await recover(bench, disk)).interrupted).toEqual([]);
});

test("ended, the session waits for what its end is to bring, and is then sealed with what it has", async () => {
  const { bench, disk } = await interrupted();
  const scan = await recover(bench, disk);
  const session = await endInterrupted(await bench.open(disk), scan.interrupted[0]!, "op");
  expect((await metadataOf(disk)).status).toBe("processing");
  await session.end({ reason: "interrupted", by: "op" });
  const metadata = await metadataOf(disk);
  expect(metadata.status).toBe("completed");
  expect(metadata.end_time).not.toBeNull();
  expect(await problems(disk)).toEqual([]);
});

test("discarded, the session lies whole in the trash", async () => {
  const { bench, disk } = await interrupted();
  await recover(bench, disk);
  const before = (await listTree(disk, FOLDER)).map(({ path }) => path);
  const options = {
    files: disk,
    recordingsFolder: "/rec",
    sessionId: ID,
    stamp: "20250731_160000",
    fence: () => Promise.resolve(),
  };
  const trashed = await discardSession(options);
  expect(trashed).toBe(`.polychron/trash/${ID}-20250731_160000`);
  expect((await listTree(disk, `/rec/${trashed}`)).map(({ path }) => path)).toEqual(before);
  expect((await recover(bench, disk)).interrupted).toEqual([]);
  await expect(discardSession(options)).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
});

test("nothing is lost where nothing was under way, and leftovers of interrupted writes go", async () => {
  const { bench, disk } = await completed();
  await disk.makeFolder("/rec/.creating-ab12");
  await overwrite(disk, "/rec/.creating-ab12/session_metadata.json", new Uint8Array(3));
  await overwrite(disk, "/rec/.x.json.12.ab.tmp", new Uint8Array(3));
  const scan = await recover(bench, disk);
  expect(scan).toMatchObject({
    interrupted: [],
    repairs: [],
    failed: [],
    removed: [".creating-ab12", ".x.json.12.ab.tmp"],
  });
  expect(recoveryExitCode(scan)).toBe(0);
});

test("a session that cannot be recovered does not keep the others from it", async () => {
  const { bench, disk } = await interrupted();
  await disk.makeFolder("/rec/newer_20250731_143022");
  const newer = JSON.stringify({
    ...(JSON.parse(textOf(await readWhole(disk, METADATA))) as object),
    schema_version: 9,
  });
  await overwrite(disk, "/rec/newer_20250731_143022/session_metadata.json", new TextEncoder().encode(newer));
  const scan = await recover(bench, disk);
  expect(scan.failed).toEqual([
    { id: "newer_20250731_143022", error: expect.objectContaining({ code: "METADATA_NEWER" }) as object },
  ]);
  expect(scan.interrupted.map(({ id }) => id)).toEqual([ID]);
  expect(recoveryExitCode(scan)).toBe(1);
});

test("a completed session whose seal was not written any more is sealed, not offered", async () => {
  const { bench, disk } = await completed();
  await change(disk, METADATA, (bytes) => {
    const { seal: _seal, ...unsealed } = JSON.parse(textOf(bytes)) as Record<string, unknown>;
    return new TextEncoder().encode(JSON.stringify({ ...unsealed, status: "processing" }));
  });
  const scan = await recover(bench, disk);
  expect(scan.interrupted).toEqual([]);
  expect((await metadataOf(disk)).seal).toBeDefined();
  expect(await problems(disk)).toEqual([]);
});

test("a session that was reopened as the hub was killed is offered, although its metadata say completed", async () => {
  const { bench, disk } = await completed();
  const sealed = await readWhole(disk, METADATA);
  await (await bench.open(disk)).reopen(ID, { by: "op" });
  const killed = disk.afterKill();
  await overwrite(killed, METADATA, sealed);
  const scan = await recover(bench, killed);
  expect(scan.interrupted.map(({ foundState }) => foundState)).toEqual(["active"]);
  expect(textOf(await readWhole(killed, LOG))).toContain('"finalized"');
});
