/** A coded picture in a made-up cluster; its bytes say nothing. */
export interface MadePicture {
  readonly relativeMs: number;
  readonly isKey: boolean;
  readonly bytes?: number;
}

/** How a cluster is written. */
export interface ClusterStyle {
  readonly hasCrc?: boolean;
  readonly hasUnknownSize?: boolean;
  /** A BlockGroup for each picture instead of a SimpleBlock. */
  readonly isGrouped?: boolean;
  /** Void, position and size of the one before, as other writers put them in. */
  readonly hasCompany?: boolean;
}

const UNKNOWN_8 = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

/** An element: id, size in as many bytes as are asked for, content. */
export function element(id: number, content: Uint8Array | readonly number[], sizeBytes = 4): Uint8Array {
  const size = Array.from(
    { length: sizeBytes },
    (_, at) => Math.floor(content.length / 256 ** (sizeBytes - 1 - at)) % 256,
  );
  size[0]! |= 1 << (8 - sizeBytes);
  return Uint8Array.from([...idBytes(id), ...size, ...content]);
}

/** EBML head, the head of a segment without size, info and tracks. */
export function head(): Uint8Array {
  return join(
    element(0x1a45dfa3, element(0x4282, new TextEncoder().encode("matroska"), 1), 1),
    Uint8Array.from([...idBytes(0x18538067), ...UNKNOWN_8]),
    element(0xec, new Uint8Array(20), 1),
    element(0x1549a966, element(0x2ad7b1, [0x0f, 0x42, 0x40], 1)),
    element(0x1654ae6b, new Uint8Array(40).fill(7)),
  );
}

/** A cluster of track 1. */
export function cluster(timeMs: number, pictures: readonly MadePicture[], style: ClusterStyle = {}): Uint8Array {
  const content = join(
    ...(style.hasCrc === true ? [element(0xbf, [1, 2, 3, 4], 1)] : []),
    element(
      0xe7,
      [timeMs / 2 ** 24, timeMs / 2 ** 16, timeMs / 2 ** 8, timeMs].map((byte) => byte & 0xff),
      1,
    ),
    ...(style.hasCompany === true ? [element(0xa7, [1], 1), element(0xab, [9], 1), element(0xec, [0, 0, 0], 1)] : []),
    ...pictures.map((picture) =>
      style.isGrouped === true ? grouped(picture) : element(0xa3, block(picture, picture.isKey ? 0x80 : 0)),
    ),
  );
  if (style.hasUnknownSize === true) return join(Uint8Array.from([...idBytes(0x1f43b675), ...UNKNOWN_8]), content);
  return element(0x1f43b675, content, 8);
}

/** Elements that stand between and behind clusters in files of other writers. */
export const BETWEEN = {
  cues: element(0x1c53bb6b, new Uint8Array(30)),
  void: element(0xec, new Uint8Array(11), 1),
  tags: element(0x1254c367, new Uint8Array(17)),
} as const;

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Pictures 40 ms apart, the first of them a key picture. */
export function pictures(count: number): MadePicture[] {
  return Array.from({ length: count }, (_, at) => ({ relativeMs: at * 40, isKey: at === 0, bytes: 5 + at }));
}

function block({ relativeMs, bytes = 10 }: MadePicture, flags: number): Uint8Array {
  return Uint8Array.from([
    0x81,
    (relativeMs >> 8) & 0xff,
    relativeMs & 0xff,
    flags,
    ...new Uint8Array(bytes).fill(0x55),
  ]);
}

function grouped(picture: MadePicture): Uint8Array {
  const reference = picture.isKey ? [] : [element(0xfb, [0xd8], 1)];
  return element(0xa0, join(element(0xa1, block(picture, 0)), ...reference));
}

function idBytes(id: number): number[] {
  const bytes = [24, 16, 8, 0].map((shift) => (id >>> shift) & 0xff);
  return bytes.slice(bytes.findIndex((byte) => byte !== 0));
}
