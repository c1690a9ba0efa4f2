import type { CueAct, ErrorReport, JsonObject, SampleBlock, StreamInfo } from "@polychron/session/model";
import type { DeviceError } from "./errors.js";

/** What a device is, known once it has answered. */
export interface DeviceIdentity {
  /** Names the thing itself for ever (a serial number or MAC): one identity keeps one device id. */
  readonly hardwareId: string;
  /** Proposed device id, `[a-z0-9_]{1,40}`, such as `shimmer_3a5f`; the hub makes it unique. */
  readonly proposedId: string;
  /** `shimmer_gsr`, `pc_webcam`, … */
  readonly deviceType: string;
  /** For people: `Shimmer3 GSR+ 3A5F`. */
  readonly label: string;
  readonly capabilities: readonly string[];
  readonly firmware: string;
  /** Driver name and version, as sidecars carry it. */
  readonly driver: string;
  readonly simulated: boolean;
}

/** A driver's own small machine. */
export type DriverPhase = "closed" | "connecting" | "connected" | "armed" | "lost";

/** What a driver says beside its samples; `atUs` is hub time. */
export type DriverNotice =
  | { readonly kind: "phase"; readonly phase: DriverPhase; readonly atUs: number }
  /** `volts` null where the device does not tell them. */
  | { readonly kind: "battery"; readonly volts: number | null; readonly percent: number; readonly atUs: number }
  /** Samples `fromSeq` to `toSeq` (excluded) never arrived: the device's own numbering proves it. */
  | {
      readonly kind: "gap";
      readonly fileType: string;
      readonly fromSeq: number;
      readonly toSeq: number;
      readonly cause: string;
      readonly atUs: number;
    }
  /** Samples that the device offered while others before them are still to come: not taken, and offered again if all goes well. */
  | { readonly kind: "early"; readonly block: SampleBlock; readonly atUs: number }
  /** Bytes that were no part of a frame, or frames refused by their checksum. */
  | { readonly kind: "discarded"; readonly bytes: number; readonly badChecksums: number; readonly atUs: number }
  /** A block of samples was refused, and the device was told; one notice a block. What never comes is a `gap` of its own. */
  | { readonly kind: "refused"; readonly error: ErrorReport; readonly atUs: number }
  /** How the device is, for people; what can be measured is also a stream. */
  | { readonly kind: "status"; readonly values: JsonObject; readonly atUs: number }
  /** Numbering and clock begin anew (the device was restarted): `Driver.streams` are new streams from here on. */
  | { readonly kind: "renewed"; readonly atUs: number }
  /** Frames that the source should have delivered and did not, or delivered twice. */
  | { readonly kind: "frames"; readonly dropped: number; readonly duplicated: number; readonly atUs: number }
  /** One question to the device's clock and its answer: hub and device seconds, raw; `t4S` null = no answer. */
  | { readonly kind: "probe"; readonly exchange: ProbeExchange; readonly atUs: number }
  /**
   * One reading of the device's clock while it streams over a link whose two ways are not alike: the answer says that the
   * clock cannot have been read before `t1S`, and nothing else; its middle means nothing. Shape as of a probe.
   */
  | { readonly kind: "clock_reading"; readonly exchange: ProbeExchange; readonly atUs: number }
  /** The device reports something for the session's log, and waits to hear that it is written down. */
  | {
      readonly kind: "event";
      readonly what: "marker" | "warning" | "error";
      readonly label: string;
      readonly code: string;
      readonly atUs: number;
      /** When, in the device's own words. */
      readonly deviceTimeS: number;
      /** Whoever writes it down hands in the work; an event that nobody keeps is refused. */
      keep(work: Promise<unknown>): void;
    }
  /** A number in a channel stands for a name; told again and again. */
  | {
      readonly kind: "named";
      readonly fileType: string;
      readonly channel: string;
      readonly value: number;
      readonly name: string;
      readonly atUs: number;
    }
  | { readonly kind: "fault"; readonly error: ErrorReport; readonly recoverable: boolean; readonly atUs: number }
  /** What the fault of that code complained of is over, while the device streams on. */
  | { readonly kind: "fault_over"; readonly code: string; readonly atUs: number };

/** One exchange with a device's clock (reference: clock synchronisation, "Quantities"): t1, t4 hub seconds, t2, t3 device seconds. */
export interface ProbeExchange {
  readonly t1S: number;
  readonly t2S: number | null;
  readonly t3S: number | null;
  readonly t4S: number | null;
  readonly clockId: string;
  readonly quantS: number;
}

/**
 * A stretch of video that is stored or left out as a whole: one cluster with its frames. The frames' rows are numbered
 * through the encoder's run; what is recorded is numbered anew from 0.
 */
export interface MediaFragment {
  /** What a file must begin with; the same object for every fragment of one run of the encoder. */
  readonly head: Uint8Array;
  readonly bytes: Uint8Array;
  /** The first frame needs no frame before it: a file may begin here. */
  readonly isKey: boolean;
  /** One row a frame; `deviceTimeS` is its capture time. */
  readonly frames: SampleBlock;
  /** The same fragment with its first `count` frames only. */
  first(count: number): MediaFragment;
}

/** A picture to look at; never recorded. */
export interface PreviewPicture {
  readonly jpeg: Uint8Array;
  readonly atUs: number;
}

/** What the owner of a driver hands in; called synchronously, must not throw. */
export interface DriverSink {
  onBlock(block: SampleBlock): void;
  onNotice(notice: DriverNotice): void;
  /** Devices that make video call it with every fragment, in order, while armed. The frames come here and not through `onBlock`. */
  onFragment?(fragment: MediaFragment): void;
  onPreview?(picture: PreviewPicture): void;
}

/** The video of a device, known before the first fragment. */
export interface MediaInfo {
  /** As in `StreamInfo`: the frames' stream has the same file type, and `isFrames`. */
  readonly fileType: string;
  readonly folder: "rgb_videos" | "thermal_videos";
  /** The extension of what the fragments make up: `mkv`. */
  readonly ext: string;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
}

/** A recording, as a device that records on itself is told of it. */
export interface RecordingOrder {
  readonly session: string;
  readonly number: number;
  /** `YYYYMMDD_HHMMSS`. */
  readonly stamp: string;
  /** The scheduled start, hub microseconds. */
  readonly startUs: number;
  /** The same on the device's clock, as the hub estimates it; null where it cannot. */
  readonly startDeviceS: number | null;
}

/** The end of a recording. */
export interface RecordingEnd {
  readonly session: string;
  readonly number: number;
  readonly stopDeviceS: number | null;
}

/** The first sample that a device kept of a stream. */
export interface FirstKept {
  readonly fileType: string;
  readonly seq: number;
  readonly deviceTimeS: number;
}

/** A file that a device holds and will send. */
export interface HeldFile {
  /** The device's own name for it, `[A-Za-z0-9][A-Za-z0-9_-]{0,63}`. */
  readonly fileId: string;
  readonly fileType: string;
  readonly folder: "rgb_videos" | "thermal_videos" | "sensor_data" | "audio";
  readonly ext: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly frames: number | null;
  readonly durationS: number | null;
  readonly firstDeviceTimeS: number | null;
}

/** What a device says that it holds of a recording that is over. */
export interface OwnFiles {
  readonly files: readonly HeldFile[];
  /** Files that cannot be taken as it names them; the device was told. */
  readonly refused: readonly DeviceError[];
}

/** A recording of which a device holds something; `recording` while it goes on there. */
export interface HeldRecording {
  readonly session: string;
  readonly number: number;
  readonly state: "recording" | "stopped";
}

/** The side of a driver whose device also records on itself and sends its files afterwards. */
export interface SelfRecorder {
  /** Recordings of which the device said that it still records or holds something. */
  readonly held: readonly HeldRecording[];
  /** Resolves after the first kept sample. Throws `DeviceError` (`PHONE_AWAY`, `PHONE_NO_ANSWER`, or the device's own refusal). */
  start(order: RecordingOrder, signal: AbortSignal): Promise<readonly FirstKept[]>;
  /** Resolves when the device's files are closed. Throws as `start`. May be asked again: the answer is the same. */
  stop(end: RecordingEnd, signal: AbortSignal): Promise<OwnFiles>;
  /** Tells the device that a file it announced cannot be taken, and why. Returns the same for the log. */
  refuse(
    file: { readonly session: string; readonly number: number; readonly fileId: string },
    reason: string,
  ): DeviceError;
  /** Asks for the files of a recording now. Throws as `start`. */
  send(recording: { readonly session: string; readonly number: number }, signal: AbortSignal): Promise<void>;
  /**
   * From now on only what is acknowledged of a stream is safe, whatever was received: it is being recorded. The answer, called
   * once, ends it: what was received is on the disk or counted as lost.
   */
  keep(fileType: string): () => void;
  /** Tells the device that samples before `nextSeq` of a stream are on the disk, or not wanted. */
  acknowledge(fileType: string, nextSeq: number): void;
  /** Tells the device that a file is whole, checked and on the disk; told again after a reconnection until it was heard. */
  stored(file: {
    readonly session: string;
    readonly number: number;
    readonly fileId: string;
    readonly sha256: string;
  }): void;
}

/** A part of a cue that a device is to make. */
export interface CueRequest {
  /** Names the cue in its session. */
  readonly cue: number;
  readonly acts: readonly CueAct[];
  /** When, on the device's clock as the hub estimates it; null where it cannot: at once. */
  readonly atDeviceS: number | null;
}

/** An act as the device says that it was done. */
export interface MadeCue {
  readonly act: CueAct;
  /** When it began (a knock: its peak), on the device's clock. */
  readonly deviceTimeS: number;
  /** How far the light or the sound itself may lie from that. */
  readonly uncertaintyS: number;
}

/** The side of a driver whose device can make light, sound or a knock for other devices to record. */
export interface CueMaking {
  /** What it can do; may be nothing. */
  readonly acts: readonly CueAct[];
  /** Resolves when it is done, with what was really done. Throws `DeviceError` (`PHONE_AWAY`, `PHONE_NO_ANSWER`, or the device's own refusal). */
  make(
    request: CueRequest,
    wait: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<readonly MadeCue[]>;
}

/**
 * The code that speaks to one device. `arm` = connected and streaming blocks (live view and preflight live on them);
 * what is recorded is the recorder's cut at a hub time. Every wait has a limit and honours the signal.
 */
export interface Driver {
  readonly phase: DriverPhase;
  /** Opens the pipe, asks who is there, applies the settings. Throws `DeviceError`. */
  connect(signal: AbortSignal): Promise<DeviceIdentity>;
  /** The settings in force, as the device confirmed them (the real rate, not the asked one). */
  readonly settings: JsonObject;
  /** Changes settings; only while connected and not armed. Throws `DeviceError` (`DEVICE_SETTING_INVALID`). */
  configure(settings: JsonObject, signal: AbortSignal): Promise<void>;
  /** The streams that `arm` will deliver under the settings in force. */
  readonly streams: readonly StreamInfo[];
  /** Starts the stream of blocks; resolves after the device's own confirmation. */
  arm(signal: AbortSignal): Promise<void>;
  /**
   * Present where the device comes by itself and is connected whether it streams or not: arms in the background, again and
   * again, until it streams or is disarmed or closed. A failure is a fault, told once. Resolves after the first try, however
   * that went; never rejects.
   */
  keepArming?(): Promise<void>;
  /** Stops the stream; back to connected. */
  disarm(signal: AbortSignal): Promise<void>;
  /** Present where the device makes video while armed. */
  readonly media?: MediaInfo;
  /** Present where the device records on itself and sends files. */
  readonly recorder?: SelfRecorder;
  /** True while armed where the device's clock is read now and then (`clock_reading`). */
  readonly readsClock?: boolean;
  /** Present where the device may be able to make cues. */
  readonly cues?: CueMaking;
  /** Lets go of the device in any phase; idempotent. */
  close(): Promise<void>;
}

/** Something plugged in or in range that a driver family could connect to; nothing was opened to find it. */
export interface Candidate {
  /** The driver family: `shimmer`. */
  readonly family: string;
  /** Where it is, as its transport understands it: `/dev/rfcomm0`, `COM5`. */
  readonly address: string;
  readonly label: string;
  readonly simulated: boolean;
}
