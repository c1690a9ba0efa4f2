/** The first byte of every block. */
export const BLOCK_LAYOUT = 1;
const HEAD_BYTES = 16;
const HAS_MISSING = 1;
const SKIPS = 2;

/** Consecutive samples of one stream on the wire: n samples of m channels. */
export interface WireBlock {
  /** The place of the stream in the hello, 0, 1, 2… */
  readonly streamIndex: number;
  /** The sequence number of the first sample, counting what was lost as well. */
  readonly firstSeq: number;
  /** What lies between the last block and this one is lost for good: the phone no longer holds it. */
  readonly skips: boolean;
  /** The phone's clock, seconds. */
  readonly deviceTimeS: Float64Array;
  /** One array per channel, n long. */
  readonly channels: readonly Float64Array[];
  /** Per channel, 1 where there is no value (the value is 0 then); absent when every value is there. */
  readonly missing?: readonly Uint8Array[];
}

/** Why bytes are no block, as a value: what is expected of the wire is not thrown. */
export type BlockRead =
  { readonly kind: "block"; readonly block: WireBlock } | { readonly kind: "bad"; readonly reason: string };

/**
 * A block as bytes, little-endian: u8 layout (1), u8 stream index, u8 flags (bit 0: missing values follow, bit 1: skips), u8 channels m,
 * u32 samples n, u64 first sequence number, n f64 device times (s), m times n f64 values, then with flag bit 0 m times n bytes (1 = missing).
 */
export function encodeBlock(block: WireBlock): Uint8Array<ArrayBuffer> {
  const n = block.deviceTimeS.length;
  const m = block.channels.length;
  const missingBytes = block.missing === undefined ? 0 : m * n;
  const bytes = new Uint8Array(HEAD_BYTES + 8 * n * (1 + m) + missingBytes);
  const view = new DataView(bytes.buffer);
  bytes.set([BLOCK_LAYOUT, block.streamIndex, (block.missing ? HAS_MISSING : 0) | (block.skips ? SKIPS : 0), m]);
  view.setUint32(4, n, true);
  view.setBigUint64(8, BigInt(block.firstSeq), true);
  let at = HEAD_BYTES;
  for (const column of [block.deviceTimeS, ...block.channels])
    for (let row = 0; row < n; row++, at += 8) view.setFloat64(at, column[row]!, true);
  for (const mask of block.missing ?? []) {
    bytes.set(mask, at);
    at += n;
  }
  return bytes;
}

/**
 * Where a block lies in its stream, as its head alone says, whatever follows it: for one that cannot be read. Undefined where
 * there is no head. The number of samples is what it claims.
 */
export function readBlockHead(
  bytes: Uint8Array,
): (Pick<WireBlock, "streamIndex" | "firstSeq" | "skips"> & { readonly samples: number }) | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [streamIndex, skips] = [bytes[1]!, (bytes[2]! & SKIPS) !== 0];
  return { streamIndex, skips, firstSeq: readSeq(view), samples: view.getUint32(4, true) };
}

/** Reads a block; checks its own consistency, not what the stream has announced, nor that its times go forward. */
export function decodeBlock(bytes: Uint8Array): BlockRead {
  if (bytes.length < HEAD_BYTES) return bad(`${bytes.length} bytes are shorter than a head of ${HEAD_BYTES}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [layout, streamIndex, flags, m] = [bytes[0]!, bytes[1]!, bytes[2]!, bytes[3]!];
  if (layout !== BLOCK_LAYOUT) return bad(`layout ${layout} is unknown`);
  if (flags > (HAS_MISSING | SKIPS)) return bad(`flags ${flags} are unknown`);
  const n = view.getUint32(4, true);
  const firstSeq = readSeq(view);
  if (n === 0 || m === 0) return bad("it holds no sample");
  const wantedBytes = HEAD_BYTES + 8 * n * (1 + m) + (flags & HAS_MISSING ? m * n : 0);
  if (bytes.length !== wantedBytes)
    return bad(`${n} samples of ${m} channels take ${wantedBytes} bytes, not ${bytes.length}`);
  if (!Number.isSafeInteger(firstSeq + n)) return bad("its sequence number is too large");
  const values = readValues(view, n * (1 + m));
  const deviceTimeS = values.subarray(0, n);
  const channels: Float64Array[] = [];
  for (let from = n; from < values.length; from += n) channels.push(values.subarray(from, from + n));
  if (!areFinite(values)) return bad(faultOfTimes(deviceTimeS) ?? faultOfValues(channels)!);
  const block = { streamIndex, firstSeq, skips: (flags & SKIPS) !== 0, deviceTimeS, channels };
  if (!(flags & HAS_MISSING)) return { kind: "block", block };
  const masksAt = HEAD_BYTES + 8 * n * (1 + m);
  const missing = channels.map((_, channel) => copyOf(bytes, masksAt + channel * n, n));
  const maskFault = faultOfMasks(missing);
  if (maskFault !== undefined) return bad(maskFault);
  return { kind: "block", block: { ...block, missing } };
}

/** As a number: more than are safe integers are none here. */
function readSeq(view: DataView): number {
  return view.getUint32(8, true) + view.getUint32(12, true) * 2 ** 32;
}

/** All columns in one piece of memory: what is small costs less to make than to clear away. */
function readValues(view: DataView, count: number): Float64Array {
  const values = new Float64Array(count);
  for (let place = 0; place < count; place++) values[place] = view.getFloat64(HEAD_BYTES + 8 * place, true);
  return values;
}

/** A copy in memory of its own: `slice` of a Node buffer would only be a view on the whole message. */
function copyOf(bytes: Uint8Array, from: number, length: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(from, from + length));
}

/** Nothing but a finite number is 0 less itself; without a branch for each. */
function areFinite(values: Float64Array): boolean {
  let sum = 0;
  for (let place = 0; place < values.length; place++) sum += values[place]! - values[place]!;
  return sum === 0;
}

function faultOfTimes(times: Float64Array): string | undefined {
  const row = firstInfinite(times);
  return row < 0 ? undefined : `the time of sample ${row} is no number`;
}

function faultOfValues(channels: readonly Float64Array[]): string | undefined {
  for (let channel = 0; channel < channels.length; channel++) {
    const row = firstInfinite(channels[channel]!);
    if (row >= 0) return `channel ${channel} of sample ${row} is no number; mark a missing value as missing`;
  }
  return undefined;
}

function firstInfinite(values: Float64Array): number {
  for (let row = 0; row < values.length; row++) if (!Number.isFinite(values[row])) return row;
  return -1;
}

function faultOfMasks(missing: readonly Uint8Array[]): string | undefined {
  for (let channel = 0; channel < missing.length; channel++) {
    const row = missing[channel]!.findIndex((mark) => mark > 1);
    const mark = missing[channel]![row];
    if (row >= 0) return `channel ${channel} of sample ${row} is marked ${mark}, neither here (0) nor missing (1)`;
  }
  return undefined;
}

function bad(reason: string): BlockRead {
  return { kind: "bad", reason };
}
