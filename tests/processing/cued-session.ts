import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chirpAt, flashShare, utcUs, type Clock, type HubUs, type StreamInfo } from "@polychron/session/model";
import { diskFiles, SessionStore, systemTimers, type NewDevice, type OpenSession } from "@polychron/session/store";
import { Dice } from "./dice.js";

/** When what was made, session seconds; the recording begins at 1 s and ends at 9 s. */
export const FLASH_S = 3.012_3;
export const CHIRP_S = 3.5;
export const TAP_S = 5.004_3;
/** The phone's clock says so much more than session time. */
export const PHONE_AHEAD_S = 41_000.25;
/** The phone's clock is asked over a way of 2 ms in each direction. */
const WAY_S = 0.002;

const RATE_HZ = { imu: 100, video: 30, sound: 48_000 } as const;
const SIZE = { width: 160, height: 90 } as const;
const END_S = 9;
const SCREEN = { fromX: 100, toX: 140, fromY: 20, toY: 50 } as const;

const DEVICE: NewDevice = {
  ...{ device_type: "android_phone", capabilities: ["audio_recording"], status: "armed", settings: {} },
  ...{ calibration: null, firmware: "app 1.0", simulated: true },
};

/** What of the session is left out or spoilt. */
export interface Spoilt {
  readonly isVideoBroken?: boolean;
  readonly isRoomSilent?: boolean;
  /** The webcam's frame times are all so much too late. */
  readonly framesLateS?: number;
}

/** A session on the disk with three cues, seen by a webcam, heard by a phone and felt by it. Needs ffmpeg. */
export async function writeCuedSession(folder: string, spoilt: Spoilt = {}): Promise<string> {
  let nowUs = 0;
  const clock: Clock = {
    bootId: "boot",
    nowUs: () => nowUs as HubUs,
    utcUs: () => utcUs(Date.UTC(2025, 6, 31, 12, 30, 22) * 1000 + nowUs),
    zoneOffsetMin: () => 120,
  };
  const ports = { files: diskFiles(), clock, timers: systemTimers, folder, onFault: rethrow };
  const store = await SessionStore.open({ ...ports, software: { name: "polychron", version: "0" } });
  const session = await store.create();
  await session.addDevice("webcam_1", { ...DEVICE, device_type: "pc_webcam", capabilities: ["rgb_video"] });
  await session.addDevice("phone_1", DEVICE);
  await session.startRecording({ atUs: 1e6, devices: ["webcam_1", "phone_1"] });
  await logCues(session);
  await recordWebcam(session, join(folder, "made.mkv"), spoilt);
  await recordPhone(session);
  nowUs = END_S * 1e6;
  await session.stopRecording({ atUs: END_S * 1e6, streams: [] });
  await sendSound(session, spoilt);
  await store.close();
  return session.id;
}

async function logCues(session: OpenSession): Promise<void> {
  const { seq: cue } = await session.append({ event: "sync_cue", atUs: 3e6, details: { phase: "ordered", plan: [] } });
  const done = async (act: string, atS: number, maker: string, uncertainty_s: number): Promise<void> => {
    const details = { phase: "done", cue, act, maker, uncertainty_s };
    await session.append({ event: "sync_cue", atUs: atS * 1e6, details });
  };
  await done("flash", FLASH_S, "page", 0.002);
  await done("chirp", CHIRP_S, "page", 0.001);
  await done("tap", TAP_S, "phone_1", 0.000_5);
}

async function recordWebcam(session: OpenSession, path: string, spoilt: Spoilt): Promise<void> {
  const frames = (END_S - 1) * RATE_HZ.video;
  const timesS = Float64Array.from({ length: frames }, (_, n) => 1 + n / RATE_HZ.video);
  const coder = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "2", "-y", path];
  const input = [
    "-f",
    "rawvideo",
    "-pix_fmt",
    "gray",
    "-s",
    `${SIZE.width}x${SIZE.height}`,
    "-r",
    "30",
    "-i",
    "pipe:0",
  ];
  execFileSync("ffmpeg", ["-loglevel", "error", ...input, ...coder], {
    input: Buffer.concat([...timesS].map(pictureAt)),
  });
  const made = await readFile(path);
  const bytes = spoilt.isVideoBroken === true ? made.subarray(0, 400).fill(7) : made;
  const media = {
    folder: "rgb_videos",
    ext: "mkv",
    head: bytes.subarray(0, 64),
    driver: "camera",
    firmware: null,
  } as const;
  const info = infoOf("rgb", ["source_code"], { folder: "rgb_videos", nominalRateHz: 30, isFrames: true });
  const { video, frames: table } = await session.openMedia({
    deviceId: "webcam_1",
    fileType: "rgb",
    frames: info,
    ...media,
  });
  const fileRows = { firstSeq: 0, count: frames };
  video.append(bytes.subarray(64), frames);
  const saidS = timesS.map((atS) => atS + (spoilt.framesLateS ?? 0));
  const channels = [new Float64Array(frames)];
  table.append({ fileType: "rgb", ...fileRows, deviceTimeS: saidS, arrivalUs: saidS.map((s) => s * 1e6), channels });
}

/** A dark room with noise and a screen on the wall; each picture gathers half its period of light. */
function pictureAt(atS: number): Buffer {
  const dice = new Dice(Math.round(atS * 1000));
  const gatherS = 0.5 / RATE_HZ.video;
  const light = 120 * flashShare(atS - FLASH_S - gatherS / 2, atS - FLASH_S + gatherS / 2);
  const picture = Buffer.alloc(SIZE.width * SIZE.height, 60);
  for (let y = 0; y < SIZE.height; y++)
    for (let x = 0; x < SIZE.width; x++) {
      const isScreen = x >= SCREEN.fromX && x < SCREEN.toX && y >= SCREEN.fromY && y < SCREEN.toY;
      picture[y * SIZE.width + x] = 60 + (isScreen ? light : 0) + 6 * dice.uniform();
    }
  return picture;
}

async function recordPhone(session: OpenSession): Promise<void> {
  const clock = await session.openClockFile("phone_1", "two_way");
  for (let burst = 0; burst < 16; burst++)
    for (let n = 0; n < 8; n++) {
      const t1 = 0.5 + burst * 0.5 + n * 0.02;
      const t2 = t1 + WAY_S + PHONE_AHEAD_S;
      clock.push(
        [t1, t2, t2, t1 + 2 * WAY_S, 7, 1e-6].map((value) => Float64Array.of(value)),
        1,
      );
    }
  const count = (END_S - 1) * RATE_HZ.imu;
  const atS = Float64Array.from({ length: count }, (_, n) => 1 + n / RATE_HZ.imu);
  const names = ["x", "y", "z"].map((axis) => `accel_${axis}_mps2`);
  const writer = await session.openStream({
    ...{ deviceId: "phone_1", driver: "phone", firmware: null },
    info: infoOf("imu", names, { folder: "sensor_data", nominalRateHz: RATE_HZ.imu }),
  });
  const dice = new Dice(4);
  const noise = (): Float64Array => atS.map(() => 0.05 * dice.normal());
  const knock = atS.map((s) => 9.81 + 40 * Math.exp(-((s - TAP_S) ** 2) / (2 * 0.008 ** 2)) + 0.05 * dice.normal());
  const deviceTimeS = atS.map((s) => s + PHONE_AHEAD_S);
  const arrivalUs = atS.map((s) => (s + 0.1) * 1e6);
  writer.append({ fileType: "imu", firstSeq: 0, count, deviceTimeS, arrivalUs, channels: [noise(), noise(), knock] });
}

async function sendSound(session: OpenSession, { isRoomSilent = false }: Spoilt): Promise<void> {
  const dice = new Dice(6);
  const samples = Int16Array.from({ length: (END_S - 1) * RATE_HZ.sound }, (_, n) => {
    const chirp = isRoomSilent ? 0 : 4_000 * chirpAt(1 + n / RATE_HZ.sound - CHIRP_S);
    return chirp + 2_000 * dice.normal();
  });
  const raw = ["-f", "s16le", "-ar", String(RATE_HZ.sound), "-ac", "1", "-i", "pipe:0"];
  const options = { input: Buffer.from(samples.buffer), maxBuffer: 1 << 26 };
  const bytes = execFileSync("ffmpeg", ["-loglevel", "error", ...raw, "-f", "wav", "pipe:1"], options);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const file = {
    fileId: "a1",
    fileType: "audio",
    folder: "audio",
    ext: "wav",
    sizeBytes: bytes.length,
    sha256,
  } as const;
  const firstDeviceTimeS = 1 + PHONE_AHEAD_S;
  await session.announceFiles("phone_1", 1, [{ ...file, frames: null, durationS: 8, firstDeviceTimeS }]);
  const intake = (await session.receive("phone_1", "a1"))!;
  await intake.append(0, only(bytes));
}

function infoOf(fileType: string, channels: readonly string[], more: Partial<StreamInfo>): StreamInfo {
  const isFrames = more.isFrames === true;
  return {
    ...{ fileType, folder: "sensor_data", nominalRateHz: 100 },
    clock: {
      name: isFrames ? "hub_session" : "run-7",
      quantS: 1e-6,
      twoWay: !isFrames,
      ...(isFrames && { boundS: 0.004 }),
    },
    channels: channels.map((name) => ({ name, unit: "m/s²", kind: "calibrated", description: name })),
    ...more,
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

function rethrow(thrown: unknown): never {
  throw thrown;
}
