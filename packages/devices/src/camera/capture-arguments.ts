import type { CameraSettings } from "./settings.js";

/** The way into a camera: a system's own, or pictures that ffmpeg makes up. */
export type CaptureSystem = "v4l2" | "avfoundation" | "dshow" | "simulated";

/** One run of the capture program. */
export interface CapturePlan {
  readonly system: CaptureSystem;
  readonly address: string;
  readonly settings: CameraSettings;
  /** The camera's coding to ask for; undefined leaves it to the system. */
  readonly coding: string | undefined;
  readonly stamps: StampBase;
}

/**
 * What the stamps count from, so that a file's times begin near zero. `steady`: hub time `hubUs`, and nobody sets the clock
 * that they are read from. `wall`: the time of day `utcUs`, which may be set.
 */
export interface StampBase {
  readonly kind: "steady" | "wall";
  /** One instant on both clocks, whole microseconds. */
  readonly hubUs: number;
  readonly utcUs: number;
}

/** Whose stamps can be had from a clock that nobody sets. */
export function canBeSteady(system: CaptureSystem): boolean {
  return system === "v4l2" || system === "simulated";
}

/** The pipes of the capture program by number; 2 is for its words. */
export const PIPE = { orders: 0, progress: 1, words: 2, video: 3, times: 4, preview: 5 } as const;

/** What `simulated-camera-3` shows is turned by 3 of these on the colour wheel, so that no two look alike. */
const HUE_STEP_DEG = 67;
/** Uncoded pictures in DirectShow's own queue: two seconds of 1280x720 at 30 Hz; its 3 MB would overflow at once. */
const DSHOW_QUEUE_BYTES = 120_000_000;
/** ffmpeg ends a cluster at 32 KiB when it writes to a pipe; the time alone shall end it. */
const CLUSTER_BYTES = 64 * 2 ** 20;
/** Stamps of frames that were made in one moment are kept apart by so much: a file has whole milliseconds. */
const LEAST_STEP_US = 1_000;
const PREVIEW = { width: 320, everyS: 0.2, quality: 6 } as const;

/**
 * The arguments of ffmpeg. Frames keep the times at which they were captured (`-copyts`, passed through at microseconds):
 * as the driver stamped them (v4l2: `CLOCK_MONOTONIC`, which is the hub's own clock; `-ts abs` makes the time of day of it, through
 * a filter that follows a clock that was set for minutes) or as they reached the program (time of day; there is no other). A group of pictures lasts half a second and
 * is a cluster of its own, so that a file can begin twice a second.
 */
export function captureArguments(plan: CapturePlan): string[] {
  return [
    ...[
      "-hide_banner",
      "-nostats",
      "-loglevel",
      "level+info",
      "-progress",
      `pipe:${PIPE.progress}`,
      "-stats_period",
      "0.5",
    ],
    ...["-copyts", ...inputArguments(plan), "-filter_complex", filters(plan)],
    ...["-map", "[record]", ...videoArguments(plan.settings)],
    ...["-map", "[look]", ...previewArguments()],
  ];
}

function inputArguments({ system, address, settings, coding, stamps }: CapturePlan): string[] {
  const { width, height, rateHz } = settings;
  const size = ["-framerate", String(rateHz), "-video_size", `${width}x${height}`];
  const baseUs = stamps.kind === "steady" ? stamps.hubUs : stamps.utcUs;
  // The offset is written from whole microseconds: as a double in seconds it would be rounded.
  const offset = ["-itsoffset", `-${Math.floor(baseUs / 1e6)}.${String(baseUs % 1e6).padStart(6, "0")}`];
  const ts = stamps.kind === "steady" ? "default" : "abs";
  const wallClock = ["-use_wallclock_as_timestamps", "1", ...offset];
  switch (system) {
    case "v4l2":
      return [...offset, "-f", "v4l2", "-ts", ts, ...named("-input_format", coding), ...size, "-i", address];
    case "avfoundation":
      return [...wallClock, "-f", "avfoundation", ...size, "-i", `${address}:none`];
    case "dshow":
      return [
        ...[...wallClock, "-f", "dshow", "-rtbufsize", String(DSHOW_QUEUE_BYTES)],
        ...[...named(isCodec(coding) ? "-vcodec" : "-pixel_format", coding), ...size, "-i", `video=${address}`],
      ];
    case "simulated":
      return ["-re", "-f", "lavfi", "-i", `testsrc2=size=${width}x${height}:rate=${rateHz}`];
  }
}

/** The preview picks frames by their times and never fills holes: a clock that was set makes no flood of copies. */
function filters({ system, address, settings, stamps }: CapturePlan): string {
  const number = Number(/\d+$/.exec(address)?.[0] ?? 0);
  const stamp = `settb=1/1000000,setpts='${pacedStamps(settings, stamps)}',hue=h=${(number * HUE_STEP_DEG) % 360},`;
  const { width, everyS } = PREVIEW;
  return [
    `[0:v]${system === "simulated" ? stamp : ""}format=yuv420p,split=2[record][half]`,
    `[half]select='isnan(prev_selected_t)+gte(t-prev_selected_t,${everyS - 0.01})',scale=${width}:-2[look]`,
  ].join(";");
}

/**
 * Made-up pictures come in the program's own pace (`-re`), which no time of day touches; when the first of them was due is taken from
 * the time of day, by the one that came least late within the first second. (0) is that instant, (1) the stamp: it always grows.
 */
function pacedStamps({ rateHz }: CameraSettings, { utcUs }: StampBase): string {
  const due = `if(gt(N,0),if(lt(N,${Math.ceil(rateHz)}),min(ld(0),RTCTIME-PTS),ld(0)),RTCTIME-PTS)`;
  return `st(0,${due});st(1,max(if(gt(N,0),ld(1)+${LEAST_STEP_US},0),ld(0)+PTS-${utcUs}))`;
}

function videoArguments({ rateHz }: CameraSettings): string[] {
  const groupFrames = Math.max(1, Math.round(rateHz / 2));
  // Half a period early: the key picture that ends a cluster then always comes before the limit's own end.
  const clusterMs = Math.round(((groupFrames - 0.5) * 1000) / rateHz);
  const slaves = [
    `[f=matroska:cluster_time_limit=${clusterMs}:cluster_size_limit=${CLUSTER_BYTES}:flush_packets=1]pipe:${PIPE.video}`,
    `[f=framecrc:flush_packets=1]pipe:${PIPE.times}`,
  ];
  return [
    ...["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-bf", "0", "-g", String(groupFrames)],
    ...[
      "-pix_fmt",
      "yuv420p",
      "-threads",
      "2",
      ...passedThrough(),
      "-flags",
      "+global_header",
      "-f",
      "tee",
      slaves.join("|"),
    ],
  ];
}

function previewArguments(): string[] {
  const coding = ["-c:v", "mjpeg", "-q:v", String(PREVIEW.quality), "-pix_fmt", "yuvj420p"];
  return [...coding, ...passedThrough(), "-flush_packets", "1", "-f", "mjpeg", `pipe:${PIPE.preview}`];
}

/** Every frame once, with its own time. */
function passedThrough(): string[] {
  return ["-fps_mode", "passthrough", "-enc_time_base", "1/1000000"];
}

function isCodec(coding: string | undefined): boolean {
  return coding === "mjpeg" || coding === "h264";
}

function named(option: string, value: string | undefined): string[] {
  return value === undefined ? [] : [option, value];
}
