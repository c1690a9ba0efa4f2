import type {
  DeviceQuality,
  QualityFinding,
  QualityLevel,
  QualityReport,
  StreamQuality,
} from "@polychron/session/format";
import { BOUND_LIMITS_S } from "./sync-findings.js";
import { boundText, countText, listText, percentText } from "./words.js";

/** What the words of a verdict are made of. */
export interface Judged {
  readonly devices: readonly DeviceQuality[];
  readonly findings: readonly QualityFinding[];
}

/** The session in words that can be quoted: how well its streams are aligned, what is missing, and which device is to blame. */
export function verdict({ devices, findings }: Judged): QualityReport["verdict"] {
  const sentences = [alignment(devices), completeness(devices), blame(devices, findings)];
  return {
    level: sessionLevel(devices),
    text: sentences.filter((sentence) => sentence !== "").join(" "),
    findings: [...findings],
  };
}

function sessionLevel(devices: readonly DeviceQuality[]): QualityLevel {
  for (const level of ["poor", "fair", "good"] as const)
    if (devices.some((device) => device.level === level)) return level;
  return "unknown";
}

interface PlacedStream {
  readonly device: DeviceQuality;
  readonly stream: StreamQuality;
}

/** Streams that are together first, with one bound for all of them; then those that are not, and why. */
function alignment(devices: readonly DeviceQuality[]): string {
  const placed = devices.flatMap((device) => device.streams.map((stream) => ({ device, stream })));
  const names = new Set(placed.map(nameOf));
  if (names.size === 0) return "Nothing was recorded, so there is nothing to align.";
  const limitS = closeTo(placed);
  const wide = worstBounds(placed, (boundS) => boundS === null || boundS > limitS);
  const apart = (each: PlacedStream): boolean => wide.has(nameOf(each));
  const together = placed.filter((each) => !apart(each));
  const reasons = notAligned(placed.filter(apart));
  if (together.length === 0) return reasons.join(" ");
  const worstS = Math.max(...together.map((each) => absoluteBoundS(each)!));
  const head = `${subject(names.size - wide.size, names.size)} aligned to within ${boundText(worstS)} (99\u00a0%).`;
  return [head, ...reasons].join(" ");
}

/** What counts as together: the finest limit that any stream keeps, so that those with a wider bound do not hide it. */
function closeTo(placed: readonly PlacedStream[]): number {
  const wide = worstBounds(placed, (boundS) => boundS === null || boundS > BOUND_LIMITS_S.good);
  return placed.some((each) => !wide.has(nameOf(each))) ? BOUND_LIMITS_S.good : BOUND_LIMITS_S.fair;
}

/** The streams any recording of which has such a bound. */
function worstBounds(placed: readonly PlacedStream[], is: (boundS: number | null) => boolean): Set<string> {
  return new Set(placed.filter((each) => is(absoluteBoundS(each))).map(nameOf));
}

function subject(count: number, total: number): string {
  if (count < total) return `${count} of ${total} streams ${count === 1 ? "is" : "are"}`;
  return total === 1 ? "The only stream is" : `All ${total} streams are`;
}

/** Half width against the hub's clock; null where it is not known, or only relative to the stream itself. */
function absoluteBoundS({ device: { clock }, stream }: PlacedStream): number | null {
  if (stream.method === "hub_clock" || stream.method === "joint") return stream.bound_s;
  if (stream.method !== "two_way") return null;
  return clock.bound99_s ?? stream.bound_s;
}

function notAligned(streams: readonly PlacedStream[]): string[] {
  const isAsked = (each: PlacedStream): boolean => absoluteBoundS(each) !== null;
  const loose = streams.filter(isAsked);
  const oneWay = streams.filter((each) => !isAsked(each) && each.stream.bound_s !== null);
  const without = streams.filter((each) => !isAsked(each) && each.stream.bound_s === null);
  const sentences: string[] = [];
  const far = worstBounds(loose, (boundS) => boundS! > BOUND_LIMITS_S.fair);
  for (const group of [loose.filter((each) => !far.has(nameOf(each))), loose.filter((each) => far.has(nameOf(each)))]) {
    if (group.length === 0) continue;
    const worstS = Math.max(...group.map((each) => absoluteBoundS(each)!));
    sentences.push(`To within ${boundText(worstS)}: ${listed(group)}.`);
  }
  if (oneWay.length > 0)
    sentences.push(`Not known against the others: ${listed(oneWay)}, for the latency of a one-way link is unknown.`);
  if (without.length > 0) sentences.push(`Without any bound: ${listed(without)}.`);
  return sentences;
}

function listed(streams: readonly PlacedStream[]): string {
  return listText([...new Set(streams.map(nameOf))]);
}

function nameOf({ device, stream }: PlacedStream): string {
  return `${device.device}/${stream.stream}`;
}

function completeness(devices: readonly DeviceQuality[]): string {
  const streams = devices.flatMap((device) => device.streams).filter(({ expected }) => expected !== null);
  if (streams.length === 0) return "";
  const expected = sum(streams.map((stream) => stream.expected!));
  const missing = sum(streams.map((stream) => Math.max(0, stream.expected! - (stream.written ?? 0))));
  if (missing === 0) return "No sample is missing.";
  return `${countText(missing)} of ${countText(expected, "sample")} (${percentText(missing / Math.max(1, expected))}) ${missing === 1 ? "is" : "are"} missing.`;
}

/** The bad devices with the first thing that is wrong with each; without one, those with limits are named. */
function blame(devices: readonly DeviceQuality[], findings: readonly QualityFinding[]): string {
  const poor = devices.filter(({ level }) => level === "poor");
  if (poor.length > 0) {
    const named = poor.map(
      ({ device }) => `${device} is bad. ${findings.find((each) => each.device === device)!.text}`,
    );
    return named.join(" ");
  }
  const fair = devices.filter(({ level }) => level === "fair").map(({ device }) => device);
  return fair.length === 0 ? "" : `With limits: ${listText(fair)}.`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
