import type { ErrorReport, JsonObject, SampleBlock, StreamInfo } from "@polychron/session/model";

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
  | { readonly kind: "battery"; readonly volts: number; readonly percent: number; readonly atUs: number }
  /** Samples `fromSeq` to `toSeq` (excluded) never arrived: the device's own numbering proves it. */
  | {
      readonly kind: "gap";
      readonly fileType: string;
      readonly fromSeq: number;
      readonly toSeq: number;
      readonly cause: string;
      readonly atUs: number;
    }
  /** Bytes that were no part of a frame, or frames refused by their checksum. */
  | { readonly kind: "discarded"; readonly bytes: number; readonly badChecksums: number; readonly atUs: number }
  | { readonly kind: "status"; readonly values: JsonObject; readonly atUs: number }
  | { readonly kind: "fault"; readonly error: ErrorReport; readonly recoverable: boolean; readonly atUs: number };

/** What the owner of a driver hands in; called synchronously, must not throw. */
export interface DriverSink {
  onBlock(block: SampleBlock): void;
  onNotice(notice: DriverNotice): void;
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
  /** Stops the stream; back to connected. */
  disarm(signal: AbortSignal): Promise<void>;
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
