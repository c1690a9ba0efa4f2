import type { AwaitedFileView, DeviceView, HubSnapshot, SessionView } from "@polychron/protocol";
import type { Json, EventKind, SessionEvent } from "@polychron/session/model";

/** A device as a hub shows it. */
export function aDevice(part: Partial<DeviceView> = {}): DeviceView {
  return {
    id: "shimmer_3a5f",
    label: "Shimmer3 GSR+ 3A5F",
    device_type: "shimmer_gsr",
    family: "shimmer",
    address: "/dev/rfcomm0",
    phase: "armed",
    simulated: true,
    firmware: "LogAndStream 0.16.10",
    battery_percent: 87.4,
    battery_volts: 4.02,
    settings: {},
    session: null,
    streams: [
      {
        file_type: "gsr",
        nominal_rate_hz: 128,
        effective_rate_hz: 127.98,
        received: 100,
        lost: 3,
        channels: [
          { name: "gsr_counts", unit: "counts", kind: "raw" },
          { name: "gsr_uS", unit: "µS", kind: "calibrated" },
        ],
        last: [2389, 2.5],
      },
    ],
    discarded_bytes: 0,
    refused_blocks: 0,
    status: null,
    clock: null,
    video: null,
    error: null,
    ...part,
  };
}

/** A phone as a hub shows it. */
export function aPhone(part: Partial<DeviceView> = {}): DeviceView {
  const channel = { name: "accel_x_mps2", unit: "m/s²", kind: "calibrated" } as const;
  const imu = { ...aDevice().streams[0]!, file_type: "imu", nominal_rate_hz: 100, channels: [channel], lost: 0 };
  const gsr = { ...imu, file_type: "gsr", channels: [{ name: "gsr_uS", unit: "µS", kind: "calibrated" } as const] };
  const status = {
    ...imu,
    file_type: "status",
    nominal_rate_hz: 0,
    channels: [{ ...channel, name: "battery_percent" }],
  };
  return aDevice({
    id: "phone_1",
    label: "Pixel 9",
    device_type: "android_phone",
    family: "phone",
    address: "token1",
    firmware: "Android 16; Recorder 1.0",
    battery_percent: 84,
    battery_volts: null,
    streams: [status, imu, gsr],
    ...part,
  });
}

/** A camera as a hub shows it. */
export function aCamera(part: Partial<DeviceView> = {}): DeviceView {
  const channels = [{ name: "time_source", unit: "", kind: "raw" } as const];
  const frames = { ...aDevice().streams[0]!, file_type: "rgb", nominal_rate_hz: 30, channels, lost: 0 };
  return aDevice({
    id: "webcam_1",
    label: "Webcam",
    device_type: "pc_webcam",
    family: "camera",
    address: "simulated-camera-1",
    settings: { width: 1280, height: 720, rateHz: 30 },
    battery_percent: null,
    battery_volts: null,
    streams: [frames],
    video: { width: 1280, height: 720, codec: "h264", dropped: 0, duplicated: 0 },
    ...part,
  });
}

/** A file on its way as a hub shows it. */
export function anAwaitedFile(part: Partial<AwaitedFileView> = {}): AwaitedFileView {
  return {
    device: "phone_1",
    recording: 1,
    file_id: "video-1",
    file_type: "rgb",
    size_bytes: 40e6,
    received_bytes: 10e6,
    bytes_per_s: 2e6,
    seconds_left: 15,
    ...part,
  };
}

/** An open session as a hub shows it. */
export function aSession(part: Partial<SessionView> = {}): SessionView {
  return {
    id: "P07_20250731_143022",
    name: "P07",
    state: "active",
    start_time: "2025-07-31T14:30:22.000000+02:00",
    zero_us: 1_000_000,
    devices: ["shimmer_3a5f"],
    recording: null,
    recordings: 0,
    markers: 0,
    errors: 0,
    awaited: [],
    unheard: [],
    last_seq: 0,
    ...part,
  };
}

/** The state of a whole hub. */
export function aSnapshot(part: Partial<HubSnapshot> = {}): HubSnapshot {
  return {
    revision: 1,
    hub: {
      version: "0.1.0",
      recordings_folder: "/r",
      now_us: 5_000_000,
      free_bytes: null,
      simulated_lab: true,
      create_policy: "many",
    },
    candidates: [],
    devices: [],
    sessions: [],
    interrupted: [],
    jobs: [],
    cues: [],
    faults: [],
    ...part,
  };
}

/** One line of a log. */
export function anEvent(seq: number, event: EventKind, details: Record<string, Json> = {}): SessionEvent {
  return {
    seq,
    event,
    time: "14:30:25.123",
    timestamp: "",
    t_s: seq,
    session: "P07_20250731_143022",
    prev: "",
    ...details,
  };
}
