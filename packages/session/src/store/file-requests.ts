import type { SessionError, StreamInfo } from "../model/index.js";

/** Video of a device to be recorded as it comes. */
export interface NewMedia {
  readonly deviceId: string;
  readonly fileType: string;
  readonly folder: "rgb_videos" | "thermal_videos" | "audio";
  /** Of the recorded file: `mkv`. */
  readonly ext: string;
  /** What a file must begin with. */
  readonly head: Uint8Array;
  /** The stream of frame times beside it (`isFrames`): its writer is in the answer. */
  readonly frames: StreamInfo;
  readonly driver: string;
  readonly firmware: string | null;
}

/** A file that a device holds and will send. */
export interface AnnouncedFile {
  /** The device's own name for it, unique on the device, `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`. */
  readonly fileId: string;
  readonly fileType: string;
  readonly folder: "rgb_videos" | "thermal_videos" | "sensor_data" | "audio";
  readonly ext: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly frames: number | null;
  readonly durationS: number | null;
  /** Its first sample or frame on the device's clock, seconds. */
  readonly firstDeviceTimeS?: number | null;
}

/** A file that was announced and cannot be taken. */
export interface RefusedAnnouncement {
  readonly fileId: string;
  /** `NAME_INVALID`, `FILE_ID_TAKEN`. */
  readonly error: SessionError;
}

/** A file that was announced and is not here yet. */
export interface AwaitedFile {
  readonly deviceId: string;
  readonly recording: number;
  readonly fileId: string;
  readonly fileType: string;
  /** The path it will have, relative to the session. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** What has come so far; the last of it may not be on the disk yet. */
  readonly receivedBytes: number;
}

/** How a recorded video becomes the file that stays. */
export interface Conversion {
  readonly deviceId: string;
  /** The recorded file, relative to the session. */
  readonly path: string;
  /** The extension of the result: `mp4`. */
  readonly ext: string;
  /**
   * Makes the file `to` from the file `from`, both paths of the disk, and checks it. `to` carries a temporary name: its
   * extension does not say what it is. Throws when it is not as good as the original.
   */
  make(from: string, to: string): Promise<{ readonly frames: number; readonly durationS: number | null }>;
}

/** Why a session ends, and who says so. */
export interface EndRequest {
  readonly reason: string;
  readonly by: string;
  /** Seal now: what was announced and is not here is named missing. */
  readonly withoutMissing?: boolean;
}
