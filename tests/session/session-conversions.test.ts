import { isTemporaryFile, nameOf, parseSidecar } from "@polychron/session/format";
import { errorReport } from "@polychron/session/model";
import {
  atCall,
  checkSession,
  faulty,
  KilledError,
  listTree,
  readWhole,
  repairSession,
  writeAll,
  type Conversion,
  type FileFault,
  type FileSystem,
  type OpenSession,
} from "@polychron/session/store";
import { CAMERA, frameBlock, hashOf, NEW_MEDIA, settle } from "./media-bench.js";
import { textOf, workbench, type Workbench } from "./store-bench.js";

const ID = "session_20250731_143022";
const MKV = "webcam/cam_1_20250731_143022.mkv";
const MP4 = "webcam/cam_1_20250731_143022.mp4";
const END = { reason: "operator", by: "op" };

/** A session with one video of 30 frames. */
async function filmed(bench: Workbench, files: FileSystem = bench.memory): Promise<OpenSession> {
  const session = await (await bench.open(files)).create();
  await session.addDevice("cam_1", CAMERA);
  await session.startRecording({ atUs: bench.clock.us, devices: ["cam_1"] });
  const { video, frames } = await session.openMedia(NEW_MEDIA);
  video.append(Buffer.from("clusters"), 30);
  frames.append(frameBlock(0, 30, bench.clock.us));
  await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] });
  return session;
}

/** Writes the result as the program ffmpeg does: a file under the name it was given, not synced. */
function conversion(files: FileSystem, change: Partial<Conversion> = {}): Conversion {
  const make: Conversion["make"] = async (from, to) => {
    const file = await files.open(to, "create");
    await writeAll(file, to, Buffer.from(`mp4 of ${textOf(await readWhole(files, from))}`), 0);
    await file.close();
    return { frames: 30, durationS: 0.97 };
  };
  return { deviceId: "cam_1", path: MKV, ext: "mp4", make, ...change };
}

const videosOn = async (files: FileSystem): Promise<string[]> =>
  (await listTree(files, `/rec/${ID}/webcam`)).map(({ path }) => path).filter((path) => /\.(mkv|mp4|tmp)/.test(path));
const findings = async (files: FileSystem): Promise<string[]> =>
  (await checkSession({ files, recordingsFolder: "/rec", sessionId: ID })).findings.map(
    ({ code, path }) => `${code} ${path}`,
  );
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "no error",
    (error: unknown) => errorReport(error).code,
  );

test("a converted video takes the place of the recorded one, in the tree, the metadata and the sidecar", async () => {
  const bench = workbench();
  const session = await filmed(bench);
  const [original] = session.metadata.files["cam_1"]!;
  const entry = await session.convert(conversion(bench.memory));
  const bytes = await readWhole(bench.memory.afterPowerCut(), `/rec/${ID}/${MP4}`);
  expect(textOf(bytes)).toBe("mp4 of HEAD;clusters");
  expect(entry).toMatchObject({
    ...{ file_path: MP4, file_size: bytes.length, sha256: hashOf(bytes), frames: 30, duration: 0.97, complete: true },
    ...{ replaces: MKV, replaces_sha256: original!.sha256, recording: 1 },
  });
  expect(session.metadata.files["cam_1"]!.map(({ file_path }) => file_path)).toEqual([
    "webcam/cam_1_20250731_143022_frames.csv",
    MP4,
  ]);
  const sidecar = parseSidecar(textOf(await readWhole(bench.memory, `/rec/${ID}/${MP4.replace("mp4", "json")}`)));
  expect(sidecar).toMatchObject({ kind: "good", value: { data_file: MP4 } });
  expect(await videosOn(bench.memory.afterPowerCut())).toEqual(["cam_1_20250731_143022.mp4"]);
  await session.end(END);
  expect(await findings(bench.memory)).toEqual([]);
});

test("the original stays when the result is not as good, and the session says why", async () => {
  const bench = workbench();
  const session = await filmed(bench);
  const make: Conversion["make"] = async (_, to) => {
    await (await bench.memory.open(to, "create")).close();
    throw new Error("29 frames instead of 30");
  };
  const failed = session.convert(conversion(bench.memory, { make }));
  await expect(failed).rejects.toMatchObject({
    code: "VIDEO_CONVERSION_FAILED",
    params: { file: MKV, wanted: "mp4", reason: "29 frames instead of 30" },
  });
  await settle();
  expect(session.metadata.errors).toMatchObject([
    { code: "VIDEO_CONVERSION_FAILED", operation: "convert", target: MKV },
  ]);
  expect(await videosOn(bench.memory)).toEqual(["cam_1_20250731_143022.mkv"]);
  expect(await session.end(END)).toEqual({ sealed: true });
  expect(await findings(bench.memory)).toEqual([]);
});

test("a session that ends waits for the conversion that is under way, and seals itself after it", async () => {
  const bench = workbench();
  const session = await filmed(bench);
  let go = (): void => undefined;
  const told = new Promise<void>((resolve) => (go = resolve));
  const { make } = conversion(bench.memory);
  const slow: Conversion["make"] = async (from, to) => {
    await told;
    return make(from, to);
  };
  const converted = session.convert(conversion(bench.memory, { make: slow }));
  expect(await session.end(END)).toEqual({ sealed: false });
  // Files that are missing are given up; a conversion is not.
  expect(await session.end({ ...END, withoutMissing: true })).toEqual({ sealed: false });
  go();
  await converted;
  await settle();
  expect([session.state, await findings(bench.memory)]).toEqual(["completed", []]);
});

test("a conversion that outlives its session changes nothing", async () => {
  const bench = workbench();
  const session = await filmed(bench);
  const { make } = conversion(bench.memory);
  const outlived: Conversion["make"] = async (from, to) => {
    const made = await make(from, to);
    await session.fail({ error_type: "session", code: "X", message: "", remedy: "", recoverable: false });
    return made;
  };
  expect(await codeOf(session.convert(conversion(bench.memory, { make: outlived })))).toBe("VIDEO_CONVERSION_FAILED");
  expect(await videosOn(bench.memory)).toEqual(["cam_1_20250731_143022.mkv"]);
});

test.each([
  ["a file that nobody recorded", { path: "webcam/cam_1_20250731_150000.mkv" }],
  ["a path out of the session", { path: "../../x.mkv" }],
  ["a video of another device", { deviceId: "cam_2" }],
  ["a video that is in that form already", { ext: "mkv" }],
])("%s is not converted", async (_, change) => {
  const bench = workbench();
  const session = await filmed(bench);
  expect(await codeOf(session.convert(conversion(bench.memory, change)))).toBe("VIDEO_CONVERSION_FAILED");
  expect(await videosOn(bench.memory)).toEqual(["cam_1_20250731_143022.mkv"]);
});

test("a sealed session converts nothing", async () => {
  const bench = workbench();
  const session = await filmed(bench);
  await session.end(END);
  expect(await codeOf(session.convert(conversion(bench.memory)))).toBe("SESSION_IMMUTABLE");
});

test("a hub that was killed before it could register the result leaves one video, and it is converted again", async () => {
  const bench = workbench();
  const calls: string[] = [];
  const files = faulty(bench.memory, ({ operation, path }) => {
    calls.push(operation);
    return operation === "write" && path.includes("_log.json") && calls.includes("rename mp4")
      ? { kind: "kill" }
      : undefined;
  });
  const rename: FileSystem["rename"] = async (from, to) => {
    await files.rename(from, to);
    if (to.endsWith(".mp4")) calls.push("rename mp4");
  };
  const session = await filmed(bench, { ...files, rename });
  expect(await codeOf(session.convert(conversion(bench.memory)))).toBe("VIDEO_CONVERSION_FAILED");
  const disk = bench.memory.afterKill();
  expect(await videosOn(disk)).toEqual(["cam_1_20250731_143022.mkv", "cam_1_20250731_143022.mp4"]);
  const repair = () =>
    repairSession({
      ...{ files: disk, recordingsFolder: "/rec", sessionId: ID, clock: bench.clock },
      fence: () => Promise.resolve(),
    });
  expect(await repair()).toMatchObject({ registered: [], setAside: [{ from: MP4 }] });
  expect([await videosOn(disk), (await repair()).changed]).toEqual([["cam_1_20250731_143022.mkv"], false]);
  const store = await workbench(disk).open();
  const again = await store.adopt(ID, { choice: "continue", by: "op", lost: [], setAside: [] });
  expect(await again.convert(conversion(disk))).toMatchObject({ file_path: MP4, replaces: MKV });
  expect(await videosOn(disk)).toEqual(["cam_1_20250731_143022.mp4"]);
});

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "kill" },
];

/** Converts with a fault at the n-th call of the conversion. */
async function convertWith(fault: FileFault, n: number) {
  const bench = workbench();
  let isConverting = false;
  let base = 0;
  const files = faulty(bench.memory, (call) => (isConverting ? atCall(base + n, fault)(call) : undefined));
  const session = await filmed(bench, files);
  [isConverting, base] = [true, files.calls];
  const error = await session.convert(conversion(bench.memory)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  isConverting = false;
  return { bench, session, error, isBeyond: files.calls < base + n };
}

test.each(FAULTS)(
  "%j at every call of a conversion leaves a video that is registered, on every disk that follows",
  async (fault) => {
    let runs = 0;
    for (let n = 1; ; n++) {
      const { bench, session, error, isBeyond } = await convertWith(fault, n);
      const isDead = fault.kind === "kill" && !isBeyond;
      if (error !== undefined && !isDead) expect(errorReport(error).code).toBe("VIDEO_CONVERSION_FAILED");
      for (const disk of isDead ? [bench.memory.afterKill(), bench.memory.afterPowerCut()] : [bench.memory]) {
        if (isDead) expect(error === undefined || errorOf(error) instanceof KilledError).toBe(true);
        const repair = () =>
          repairSession({
            ...{ files: disk, recordingsFolder: "/rec", sessionId: ID, clock: bench.clock },
            fence: () => Promise.resolve(),
          });
        if (isDead) await repair();
        else await session.end(END).catch(() => undefined);
        // A process that lives on may leave the result, or the original, where the disk refused the next step; repair finds it.
        const left = (await findings(disk)).filter((line) => isDead || !line.startsWith("FILE_UNREGISTERED"));
        expect(left).toEqual([]);
        expect((await listTree(disk, "/rec")).filter(({ path }) => isDead && isTemporaryFile(nameOf(path)))).toEqual(
          [],
        );
        const videos = await videosOn(disk);
        expect(videos.some((name) => name.endsWith(".mkv") || name.endsWith(".mp4"))).toBe(true);
        if (isDead) expect((await repair()).changed).toBe(false);
      }
      runs++;
      if (isBeyond) break;
    }
    expect(runs).toBeGreaterThan(10);
  },
);

function errorOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof KilledError ? error.cause : error;
}
