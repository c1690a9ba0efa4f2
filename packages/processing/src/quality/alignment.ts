import type { DeviceQuality, StreamQuality } from "@polychron/session/format";
import { BOUND_LIMITS_S } from "./sync-findings.js";
import { boundText, countText, listText } from "./words.js";

interface PlacedStream {
  readonly device: DeviceQuality;
  readonly stream: StreamQuality;
}

/** Streams that are together first, with one bound for all of them; then those that are not, and why. */
export function alignment(devices: readonly DeviceQuality[]): string {
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
  const isAll = devices.every(({ streams }) => streams.length > 0);
  const head = `${subject({ count: names.size - wide.size, total: names.size, isAll })} aligned to within ${boundText(worstS)} (99\u00a0%).`;
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

/** @param isAll of every device something was recorded: else it is said of which streams this is true */
function subject({ count, total, isAll }: { count: number; total: number; isAll: boolean }): string {
  const streams = isAll ? "stream" : "recorded stream";
  if (count < total) return `${count} of ${countText(total, streams)} ${count === 1 ? "is" : "are"}`;
  return total === 1 ? `The only ${streams} is` : `All ${countText(total, streams)} are`;
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
  const sentences = byBound(loose).map(([bound, group]) => `To within ${bound}: ${listed(group)}.`);
  if (oneWay.length > 0)
    sentences.push(`Not known against the others: ${listed(oneWay)}, for the latency of a one-way link is unknown.`);
  if (without.length > 0) sentences.push(`Without any bound: ${listed(without)}.`);
  return sentences;
}

/** Those of the same bound together, the closest first; a stream has the widest of its recordings. */
function byBound(streams: readonly PlacedStream[]): [bound: string, group: PlacedStream[]][] {
  const worst = new Map<string, PlacedStream>();
  for (const each of streams) {
    const known = worst.get(nameOf(each));
    if (known === undefined || absoluteBoundS(each)! > absoluteBoundS(known)!) worst.set(nameOf(each), each);
  }
  const groups = new Map<string, PlacedStream[]>();
  for (const each of [...worst.values()].sort((a, b) => absoluteBoundS(a)! - absoluteBoundS(b)!)) {
    const bound = boundText(absoluteBoundS(each)!);
    groups.set(bound, [...(groups.get(bound) ?? []), each]);
  }
  return [...groups];
}

function listed(streams: readonly PlacedStream[]): string {
  return listText([...new Set(streams.map(nameOf))]);
}

function nameOf({ device, stream }: PlacedStream): string {
  return `${device.device}/${stream.stream}`;
}
