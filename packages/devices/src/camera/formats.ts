/** One picture size that a camera delivers in one coding. */
export interface CameraFormat {
  /** As ffmpeg names it: `mjpeg`, `yuyv422`; empty where the system does not tell. */
  readonly coding: string;
  readonly width: number;
  readonly height: number;
  /** Frames a second; undefined where the system does not tell. */
  readonly lowestHz?: number;
  readonly highestHz?: number;
}

/** Size and rate that somebody wants. */
export interface WantedFormat {
  readonly width: number;
  readonly height: number;
  readonly rateHz: number;
}

/** `[… @ 0x…] Compressed:       mjpeg :          Motion-JPEG : 640x480 1280x720` (libavdevice/v4l2.c). */
const V4L2_LINE = /\]\s*(?:Raw|Compressed)\s*:\s*(\S+)\s*:[^:]*:\s*(.+)$/;
/** `  1280x720@[1.000000 30.000000]fps` (libavdevice/avfoundation.m). */
const AVFOUNDATION_MODE = /(\d+)x(\d+)@\[\s*([\d.]+)\s+([\d.]+)\]fps/g;
/** `  vcodec=mjpeg  min s=1280x720 fps=5 max s=1280x720 fps=30` (libavdevice/dshow.c). */
const DSHOW_LINE = /(?:vcodec|pixel_format)=(\S+)\s+min s=(\d+)x(\d+) fps=([\d.]+) max s=(\d+)x(\d+) fps=([\d.]+)/;
/** A driver that rounds 30000/1001 to 30, or 30 to 30.00003 (dshow), means the same rate. */
const RATE_TOLERANCE = 0.005;

/** What `ffmpeg -f v4l2 -list_formats all` says; Linux tells no rates this way. */
export function parseV4l2Formats(text: string): CameraFormat[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, coding, sizes] = V4L2_LINE.exec(line) ?? [];
    if (coding === undefined || coding === "Unsupported") return [];
    return [...sizes!.matchAll(/(\d+)x(\d+)/g)].map(([, width, height]) => ({
      coding,
      width: Number(width),
      height: Number(height),
    }));
  });
}

/** What avfoundation says it supports when it is asked for a size that no camera has. */
export function parseAvfoundationFormats(text: string): CameraFormat[] {
  const modes = [...text.matchAll(AVFOUNDATION_MODE)].map(([, width, height, lowest, highest]) => ({
    ...{ coding: "", width: Number(width), height: Number(height) },
    ...{ lowestHz: Number(lowest), highestHz: Number(highest) },
  }));
  return withoutRepeats(modes);
}

/** What `ffmpeg -f dshow -list_options true` says; of a range both ends are kept. */
export function parseDshowFormats(text: string): CameraFormat[] {
  const found = text.split(/\r?\n/).flatMap((line): CameraFormat[] => {
    const match = DSHOW_LINE.exec(line);
    if (match === null) return [];
    const [w1, h1, lowestHz, w2, h2, highestHz] = match.slice(2).map(Number) as [
      ...[number, number, number],
      ...[number, number, number],
    ];
    const rates = { coding: match[1]!, lowestHz, highestHz };
    return [
      { ...rates, width: w1, height: h1 },
      { ...rates, width: w2, height: h2 },
    ];
  });
  return withoutRepeats(found);
}

/** Whether one of the formats is what is wanted; a rate that is not told is taken for possible. */
export function offers(formats: readonly CameraFormat[], wanted: WantedFormat): boolean {
  return formats.some((format) => fits(format, wanted));
}

/**
 * The coding to ask for: of large pictures the camera's own JPEG, because uncoded ones do not fit through USB 2 at full
 * rate; of small ones the uncoded. Undefined where the system chooses.
 */
export function codingFor(formats: readonly CameraFormat[], wanted: WantedFormat): string | undefined {
  const codings = formats.filter((format) => fits(format, wanted)).map(({ coding }) => coding);
  const isLarge = wanted.width * wanted.height * wanted.rateHz > 640 * 480 * 30;
  const isJpeg = (coding: string): boolean => coding === "mjpeg";
  const chosen = codings.find((coding) => isJpeg(coding) === isLarge) ?? codings[0];
  return chosen === "" ? undefined : chosen;
}

/** Formats for people: `1280x720 at 5-30 Hz, 640x480`. */
export function formatsText(formats: readonly CameraFormat[]): string {
  return [...new Set(formats.map(formatText))].join(", ");
}

function formatText({ width, height, lowestHz, highestHz }: CameraFormat): string {
  if (highestHz === undefined) return `${width}x${height}`;
  const rates = [...new Set([lowestHz ?? highestHz, highestHz].map((hz) => String(Math.round(hz * 100) / 100)))];
  return `${width}x${height} at ${rates.join("-")} Hz`;
}

function fits({ width, height, lowestHz, highestHz }: CameraFormat, wanted: WantedFormat): boolean {
  const lowest = (lowestHz ?? 0) * (1 - RATE_TOLERANCE);
  const highest = (highestHz ?? Number.POSITIVE_INFINITY) * (1 + RATE_TOLERANCE);
  return width === wanted.width && height === wanted.height && wanted.rateHz >= lowest && wanted.rateHz <= highest;
}

function withoutRepeats(formats: readonly CameraFormat[]): CameraFormat[] {
  return [...new Map(formats.map((format) => [JSON.stringify(format), format])).values()];
}
