import { createHash } from "node:crypto";
import type { SampleBlock, StreamInfo } from "@polychron/session/model";
import type { AnnouncedFile, NewDevice, NewMedia } from "@polychron/session/store";

/** What the fragments' bytes follow, and what they are: text, so that a test can read the file. */
export const HEAD = Buffer.from("HEAD;");

export const CAMERA: NewDevice = {
  device_type: "pc_webcam",
  capabilities: ["rgb_video"],
  status: "armed",
  settings: { width: 640 },
  calibration: null,
  firmware: null,
  simulated: true,
};

export const PHONE: NewDevice = {
  device_type: "android_phone",
  capabilities: ["rgb_video", "gsr_data"],
  status: "armed",
  settings: {},
  calibration: null,
  firmware: "app 1.0",
  simulated: true,
};

export const FRAMES: StreamInfo = {
  fileType: "rgb",
  folder: "rgb_videos",
  nominalRateHz: 30,
  clock: { name: "hub_session", quantS: 1e-6, twoWay: false },
  channels: [{ name: "source_code", unit: "", kind: "raw", description: "How the capture time was obtained" }],
  isFrames: true,
};

export const NEW_MEDIA: NewMedia = {
  deviceId: "cam_1",
  fileType: "rgb",
  folder: "rgb_videos",
  ext: "mkv",
  head: HEAD,
  frames: FRAMES,
  driver: "camera 0.1.0",
  firmware: null,
};

/** Frame times number `firstSeq` on, 30 a second. */
export function frameBlock(firstSeq: number, count: number, fromUs: number): SampleBlock {
  const at = (step: (i: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => step(firstSeq + i));
  return {
    fileType: "rgb",
    firstSeq,
    count,
    deviceTimeS: at((seq) => seq / 30),
    arrivalUs: at((seq) => fromUs + (seq * 1e6) / 30),
    channels: [at(() => 1)],
  };
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A video of these bytes, as a phone announces it. */
export function announced(bytes: Uint8Array, change: Partial<AnnouncedFile> = {}): AnnouncedFile {
  return {
    fileId: "r1-rgb",
    fileType: "rgb",
    folder: "rgb_videos",
    ext: "mp4",
    sizeBytes: bytes.length,
    sha256: hashOf(bytes),
    frames: 30,
    durationS: 1,
    ...change,
  };
}

/** Bytes in pieces, as a connection brings them. */
export async function* pieces(bytes: Uint8Array, pieceBytes = 1000): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await Promise.resolve();
    yield bytes.subarray(from, from + pieceBytes);
  }
}

/** The first bytes, and then the connection breaks. */
export async function* broken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* pieces(bytes);
  throw new Error("the connection was cut");
}

/** Bytes that no other seed gives. */
export function someBytes(count: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16);
}

/** Lets everything that can go on without time go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await new Promise((resume) => setImmediate(resume));
}
