import { parseMetadata } from "@polychron/session/format";
import { errorReport } from "@polychron/session/model";
import {
  atCall,
  checkSession,
  faulty,
  KilledError,
  readWhole,
  repairSession,
  writeAll,
  type FaultyFiles,
  type FileFault,
  type FileSystem,
  type MemoryFiles,
  type OpenSession,
} from "@polychron/session/store";
import { announced, CAMERA, frameBlock, hashOf, NEW_MEDIA, PHONE, pieces, someBytes } from "./media-bench.js";
import { textOf, workbench, type Workbench } from "./store-bench.js";

const SENT = someBytes(3_000);
const SENT_PATH = "devices/phone_1/rgb_videos/phone_1_rgb_20250731_143022.mp4";
const ID = "session_20250731_143022";

/** What a session with video and uploads was told: it must hold on every disk that follows. */
interface Told {
  isCreated: boolean;
  offset: number;
  isStored: boolean;
  isConverted: boolean;
  isSealed: boolean;
  readonly errors: unknown[];
}

/** Every step once, and once more where it fails, as hub and phone would. */
async function wholeSession(bench: Workbench, files: FileSystem): Promise<Told> {
  const told: Told = { isCreated: false, offset: 0, isStored: false, isConverted: false, isSealed: false, errors: [] };
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    for (let n = 0; n < 2; n++) {
      try {
        return await work();
      } catch (error) {
        told.errors.push(error);
      }
    }
  };
  let session: OpenSession | undefined;
  await attempt(async () => void (session = await (await bench.open(files)).create()));
  if (session === undefined) return told;
  told.isCreated = true;
  await film(session, bench, attempt);
  await upload(session, told, attempt);
  await attempt(() => convert(session!, bench, told));
  bench.clock.advance(1e6);
  await attempt(async () => {
    told.isSealed = (await session!.end({ reason: "x", by: "op", withoutMissing: true })).sealed;
  });
  return told;
}

type Attempt = (work: () => Promise<void>) => Promise<void>;

async function film(session: OpenSession, bench: Workbench, attempt: Attempt): Promise<void> {
  await attempt(() => session.addDevice("cam_1", CAMERA));
  await attempt(() => session.addDevice("phone_1", PHONE));
  await attempt(
    async () => void (await session.startRecording({ atUs: bench.clock.us, devices: ["cam_1", "phone_1"] })),
  );
  await attempt(async () => {
    const { video, frames } = await session.openMedia(NEW_MEDIA);
    video.append(Buffer.from("clusters;"), 15);
    frames.append(frameBlock(0, 15, bench.clock.us));
  });
  await attempt(async () => void (await session.stopRecording({ atUs: bench.clock.us + 1e6, streams: [] })));
}

async function upload(session: OpenSession, told: Told, attempt: Attempt): Promise<void> {
  await attempt(async () => void (await session.announceFiles("phone_1", 1, [announced(SENT)])));
  for (const to of [1_000, 2_500, 3_000]) {
    await attempt(async () => {
      const intake = await session.receive("phone_1", "r1-rgb");
      if (intake !== undefined) {
        const { offset } = intake;
        told.offset = offset;
        told.offset = await intake.append(offset, pieces(SENT.subarray(offset, Math.max(offset, to))));
      }
      told.isStored = intake === undefined || intake.isStored;
    });
  }
}

async function convert(session: OpenSession, bench: Workbench, told: Told): Promise<void> {
  const original = session.metadata.files["cam_1"]?.find((file) => file.file_path.endsWith(".mkv"));
  if (original === undefined) return;
  const make = async (_: string, to: string) => {
    const file = await bench.memory.open(to, "create");
    await writeAll(file, to, Buffer.from("mp4"), 0);
    await file.close();
    return { frames: 15, durationS: 0.5 };
  };
  await session.convert({ deviceId: "cam_1", path: original.file_path, ext: "mp4", make });
  told.isConverted = true;
}

async function expectPromisesKept(bench: Workbench, disk: MemoryFiles, told: Told): Promise<void> {
  const folder = `/rec/${ID}`;
  if (!told.isCreated) return;
  await repairSession({
    ...{ files: disk, recordingsFolder: "/rec", sessionId: ID, clock: bench.clock },
    fence: () => Promise.resolve(),
  });
  const parsed = parseMetadata(textOf(await readWhole(disk, `${folder}/session_metadata.json`)));
  const metadata = parsed.kind === "good" ? parsed.value : undefined;
  if (told.isSealed) expect(metadata?.status).toBe("completed");
  if (told.isStored) expect(hashOf(await readWhole(disk, `${folder}/${SENT_PATH}`))).toBe(hashOf(SENT));
  else if (told.offset > 0 && metadata?.files["phone_1"]?.some((file) => !file.complete))
    expect(hashOf((await readWhole(disk, `${folder}/${SENT_PATH}.part`)).subarray(0, told.offset))).toBe(
      hashOf(SENT.subarray(0, told.offset)),
    );
  if (told.isConverted) expect(metadata?.files["cam_1"]?.map(({ file_path }) => file_path).join()).toContain(".mp4");
  const { findings } = await checkSession({ files: disk, recordingsFolder: "/rec", sessionId: ID });
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
}

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "short" },
  { kind: "kill" },
  { kind: "tear" },
];

test.each(FAULTS)(
  "video, upload and conversion with %j at every call keep every promise that was made",
  async (fault) => {
    let sealed = 0;
    let files: FaultyFiles;
    let n = 0;
    do {
      n += 1;
      const bench = workbench();
      files = faulty(bench.memory, atCall(n, fault));
      const told = await wholeSession(bench, files);
      sealed += told.isSealed ? 1 : 0;
      for (const error of told.errors)
        expect(
          error instanceof KilledError || /^(STORAGE|SESSION|UPLOAD|VIDEO)_/.test(errorReport(error).code) || error,
        ).toBe(true);
      await expectPromisesKept(bench, bench.memory.afterPowerCut(), told);
      await expectPromisesKept(bench, bench.memory.afterKill(), told);
    } while (files.calls >= n);
    expect([sealed > 0, n > 120]).toEqual([true, true]);
  },
);
