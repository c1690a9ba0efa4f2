import { sliceBlock, type SampleBlock } from "@polychron/session/model";
import type { MediaFragment } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { CaptureTime } from "./capture-clock.js";
import { cutCluster, type Cluster } from "./cluster.js";

/** The frame times that ffmpeg tells beside the file are exact; those in the file are rounded to its milliseconds. */
const ROUNDING_US = 1_000;

/** A frame as the second pipe tells it. */
export interface TimedFrame {
  /** Its stamp on the encoder's time line. */
  readonly stampUs: number;
  readonly capture: CaptureTime;
}

/**
 * Brings together what arrives on two pipes: clusters of coded frames, and the exact time of each frame. The k-th frame
 * of the one is the k-th of the other; their times in the file must agree.
 */
export class FragmentAssembler {
  readonly #fileType: string;
  readonly #clusters: { readonly cluster: Cluster; readonly arrivalUs: number }[] = [];
  readonly #times: TimedFrame[] = [];
  #nextSeq: number;

  constructor({ fileType, firstSeq }: { readonly fileType: string; readonly firstSeq: number }) {
    this.#fileType = fileType;
    this.#nextSeq = firstSeq;
  }

  /** The number that the next frame gets. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Frames whose time is known and whose cluster is not here yet. */
  get waitingFrames(): number {
    return this.#times.length;
  }

  addCluster(cluster: Cluster, arrivalUs: number): void {
    if (cluster.frames.length > 0) this.#clusters.push({ cluster, arrivalUs });
  }

  addTime(frame: TimedFrame): void {
    this.#times.push(frame);
  }

  /** The fragments that are complete now. Throws `VIDEO_STREAM_INVALID` when the two pipes tell different stories. */
  take(head: Uint8Array): MediaFragment[] {
    const fragments: MediaFragment[] = [];
    while (this.#clusters.length > 0 && this.#times.length >= this.#clusters[0]!.cluster.frames.length)
      fragments.push(this.#next(head));
    return fragments;
  }

  #next(head: Uint8Array): MediaFragment {
    const { cluster, arrivalUs } = this.#clusters.shift()!;
    const times = this.#times.splice(0, cluster.frames.length);
    cluster.frames.forEach(({ timeMs }, at) => requireSame(timeMs, times[at]!.stampUs, this.#nextSeq + at));
    const frames = frameRows({ fileType: this.#fileType, firstSeq: this.#nextSeq, arrivalUs }, times);
    this.#nextSeq += frames.count;
    return fragment(head, cluster, frames);
  }
}

function requireSame(timeMs: number, stampUs: number, frame: number): void {
  if (Math.abs(timeMs * 1000 - stampUs) <= ROUNDING_US) return;
  const reason = `frame ${frame} has the time ${timeMs} ms in the file and ${stampUs} us beside it`;
  throw new DeviceError("VIDEO_STREAM_INVALID", { reason, atByte: 0 });
}

function frameRows(
  {
    fileType,
    firstSeq,
    arrivalUs,
  }: { readonly fileType: string; readonly firstSeq: number; readonly arrivalUs: number },
  times: readonly TimedFrame[],
): SampleBlock {
  return {
    fileType,
    firstSeq,
    count: times.length,
    deviceTimeS: Float64Array.from(times, ({ capture }) => capture.atUs / 1e6),
    arrivalUs: new Float64Array(times.length).fill(arrivalUs),
    channels: [Float64Array.from(times, ({ capture }) => capture.source)],
  };
}

function fragment(head: Uint8Array, cluster: Cluster, frames: SampleBlock): MediaFragment {
  return {
    head,
    bytes: cluster.bytes,
    isKey: cluster.frames[0]!.isKey,
    frames,
    first: (count) => firstOf(head, cluster, sliceBlock(frames, 0, Math.min(count, frames.count))),
  };
}

/** Cutting again cuts the whole cluster again: a shorter cut of a cut is a cut of the original. */
function firstOf(head: Uint8Array, cluster: Cluster, frames: SampleBlock): MediaFragment {
  return {
    ...fragment(head, cluster, frames),
    bytes: cutCluster(cluster, frames.count),
  };
}
