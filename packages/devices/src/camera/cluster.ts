import { clusterHead, ID, invalid, readElementHead, readUint, UNKNOWN_SIZE } from "./ebml.js";

/** One coded picture in a cluster. */
export interface ClusterFrame {
  /** Its time in the file, in the file's own ticks: milliseconds, as ffmpeg writes them. */
  readonly timeMs: number;
  /** It needs no other picture to be decoded. */
  readonly isKey: boolean;
  /** Where its element ends, counted from the cluster's first byte. */
  readonly endAt: number;
}

/** A whole cluster, as it came, and the pictures in it. */
export interface Cluster {
  readonly bytes: Uint8Array;
  readonly frames: readonly ClusterFrame[];
  /** Where the content begins that every cut must keep: behind head and checksum. */
  readonly contentAt: number;
}

/** Bits of a block's flags (RFC 9559, section 10): key picture (SimpleBlock only), lacing. */
const KEY = 0x80;
const LACING = 0x06;
/** Track number (one byte for the tracks 1 to 127), relative time, flags. */
const BLOCK_HEAD_BYTES = 4;

/** The pictures of a whole cluster. Throws `VIDEO_STREAM_INVALID`. */
export function parseCluster(bytes: Uint8Array): Cluster {
  const head = readElementHead(bytes, 0)!;
  const frames: ClusterFrame[] = [];
  let contentAt = head.headBytes;
  let clusterMs = 0;
  for (let at = head.headBytes; at < bytes.length;) {
    const child = childAt(bytes, at);
    const endAt = at + child.headBytes + child.size;
    const content = bytes.subarray(at + child.headBytes, endAt);
    if (child.id === ID.crc32) contentAt = endAt;
    if (child.id === ID.timestamp) clusterMs = readUint(content);
    const block = blockOf(child.id, content, at);
    if (block !== undefined) frames.push({ timeMs: clusterMs + block.relativeMs, isKey: block.isKey, endAt });
    at = endAt;
  }
  return { bytes, frames, contentAt };
}

/**
 * The same cluster with its first `count` pictures only. The size is written anew; the checksum, which covered all, is
 * left out (it is optional).
 */
export function cutCluster(cluster: Cluster, count: number): Uint8Array {
  if (count >= cluster.frames.length) return cluster.bytes;
  if (count <= 0) return new Uint8Array(0);
  const content = cluster.bytes.subarray(cluster.contentAt, cluster.frames[count - 1]!.endAt);
  const head = clusterHead(content.length);
  const cut = new Uint8Array(head.length + content.length);
  cut.set(head);
  cut.set(content, head.length);
  return cut;
}

function childAt(bytes: Uint8Array, at: number): { id: number; size: number; headBytes: number } {
  const child = readElementHead(bytes, at);
  if (child === undefined || child.size === UNKNOWN_SIZE || at + child.headBytes + child.size > bytes.length)
    throw invalid("an element reaches over the end of its cluster", at);
  return child;
}

function blockOf(id: number, content: Uint8Array, at: number): { relativeMs: number; isKey: boolean } | undefined {
  if (id === ID.simpleBlock) {
    const { relativeMs, flags } = blockHead(content, at);
    return { relativeMs, isKey: (flags & KEY) !== 0 };
  }
  return id === ID.blockGroup ? blockInGroup(content, at) : undefined;
}

/** A block with company: it is a key picture when it names no picture that it refers to. */
function blockInGroup(group: Uint8Array, groupAt: number): { relativeMs: number; isKey: boolean } {
  let relativeMs: number | undefined;
  let isKey = true;
  for (let at = 0; at < group.length;) {
    const child = childAt(group, at);
    const endAt = at + child.headBytes + child.size;
    if (child.id === ID.block) ({ relativeMs } = blockHead(group.subarray(at + child.headBytes, endAt), groupAt));
    if (child.id === ID.referenceBlock) isKey = false;
    at = endAt;
  }
  if (relativeMs === undefined) throw invalid("a group has no block", groupAt);
  return { relativeMs, isKey };
}

function blockHead(content: Uint8Array, at: number): { relativeMs: number; flags: number } {
  if (content.length < BLOCK_HEAD_BYTES || (content[0]! & 0x80) === 0) throw invalid("a block has no head", at);
  const flags = content[3]!;
  if ((flags & LACING) !== 0) throw invalid("a block holds several pictures", at);
  return { relativeMs: (((content[1]! << 8) | content[2]!) << 16) >> 16, flags };
}
