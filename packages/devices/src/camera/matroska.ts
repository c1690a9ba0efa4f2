import { ByteQueue } from "./byte-queue.js";
import { parseCluster, type Cluster } from "./cluster.js";
import { ID, invalid, LONGEST_HEAD_BYTES, readElementHead, UNKNOWN_SIZE, type ElementHead } from "./ebml.js";

/** What may stand between or behind clusters and is not recorded: an index of positions that a cut file no longer has, padding, tags. */
const SKIPPED: ReadonlySet<number> = new Set([
  ID.cues,
  ID.void,
  ID.tags,
  ID.seekHead,
  ID.chapters,
  ID.attachments,
  ID.crc32,
]);
const IN_HEAD: ReadonlySet<number> = new Set([...SKIPPED, ID.info, ID.tracks]);
const IN_CLUSTER: ReadonlySet<number> = new Set([
  ...[ID.timestamp, ID.position, ID.prevSize, ID.simpleBlock, ID.blockGroup, ID.void, ID.crc32],
]);
/** Far beyond what any encoder writes: half a second of uncoded pictures. A longer element is garbage that looks like one. */
const LARGEST_BYTES = 256 * 2 ** 20;

/**
 * Cuts a Matroska stream into its head and whole clusters, whatever the chunks are. A file made of the head and any run
 * of clusters that begins with a key picture plays.
 */
export class ClusterSplitter {
  readonly #queue = new ByteQueue();
  readonly #headParts: Uint8Array[] = [];
  #place: "file" | "segment" | "clusters" = "file";
  #head: Uint8Array | undefined;
  /** How far the queue's first bytes are known to belong to a cluster without size; 0 = none is open. */
  #openBytes = 0;
  #takenBytes = 0;

  /** Everything before the first cluster; undefined until that has begun. The same object ever after. */
  get head(): Uint8Array | undefined {
    return this.#head;
  }

  /** Bytes that came and are part of nothing whole yet. */
  get pendingBytes(): number {
    return this.#queue.length;
  }

  /** The clusters that are whole now. Throws `VIDEO_STREAM_INVALID`; what is wrong once stays wrong. */
  push(chunk: Uint8Array): Cluster[] {
    return [...this.read(chunk)];
  }

  /** As `push`, one after the other: whatever is whole before something wrong is given first. */
  *read(chunk: Uint8Array): Generator<Cluster, void, undefined> {
    this.#queue.push(chunk);
    const clusters: Cluster[] = [];
    while (this.#step(clusters)) yield* clusters.splice(0);
  }

  /** The stream has ended: a cluster without size ends with its last whole element. */
  end(): Cluster[] {
    return this.#openBytes === 0 ? [] : [this.#closeOpen()];
  }

  /** Takes one element, or learns one more of an open cluster; false when bytes are missing. */
  #step(clusters: Cluster[]): boolean {
    const at = this.#openBytes;
    const element = readAt(this.#queue.peek(LONGEST_HEAD_BYTES, at), this.#takenBytes + at);
    if (element === undefined) return false;
    if (this.#openBytes > 0 && !IN_CLUSTER.has(element.id)) {
      clusters.push(this.#closeOpen());
      return true;
    }
    return this.#openBytes > 0 ? this.#grow(element) : this.#takeElement(element, clusters);
  }

  #takeElement(element: ElementHead, clusters: Cluster[]): boolean {
    if (element.id === ID.segment && this.#place === "file" && this.#headParts.length > 0) {
      this.#place = "segment";
      this.#headParts.push(this.#take(element.headBytes));
      return true;
    }
    this.#check(element);
    if (element.id === ID.cluster && element.size === UNKNOWN_SIZE) return this.#open(element);
    const bytes = element.headBytes + element.size;
    if (this.#queue.length < bytes) return false;
    if (element.id === ID.cluster) clusters.push(this.#cluster(bytes));
    else if (this.#place === "clusters") this.#take(bytes);
    else this.#headParts.push(this.#take(bytes));
    return true;
  }

  /** Whether an element may stand here. */
  #check({ id, size }: ElementHead): void {
    const isLegal =
      this.#place === "file"
        ? id === (this.#headParts.length === 0 ? ID.ebml : ID.void)
        : id === ID.cluster || (this.#place === "segment" ? IN_HEAD : SKIPPED).has(id);
    if (!isLegal) throw invalid(`element ${id.toString(16)} has no place here`, this.#takenBytes);
    if (size > LARGEST_BYTES || (size === UNKNOWN_SIZE && id !== ID.cluster))
      throw invalid(`element ${id.toString(16)} has no possible size`, this.#takenBytes);
  }

  #open(element: ElementHead): boolean {
    this.#openBytes = element.headBytes;
    return true;
  }

  #grow(element: ElementHead): boolean {
    const endAt = this.#openBytes + element.headBytes + element.size;
    if (element.size === UNKNOWN_SIZE || endAt > LARGEST_BYTES)
      throw invalid(`element ${element.id.toString(16)} has no possible size`, this.#takenBytes + this.#openBytes);
    if (this.#queue.length < endAt) return false;
    this.#openBytes = endAt;
    return true;
  }

  #closeOpen(): Cluster {
    const bytes = this.#openBytes;
    this.#openBytes = 0;
    return this.#cluster(bytes);
  }

  #cluster(bytes: number): Cluster {
    this.#place = "clusters";
    this.#head ??= concat(this.#headParts);
    return parseCluster(this.#take(bytes));
  }

  #take(bytes: number): Uint8Array {
    this.#takenBytes += bytes;
    return this.#queue.take(bytes);
  }
}

function readAt(bytes: Uint8Array, streamAt: number): ElementHead | undefined {
  try {
    return readElementHead(bytes, 0);
  } catch (cause) {
    throw invalid(`this is no Matroska (${(cause as Error).message})`, streamAt);
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
