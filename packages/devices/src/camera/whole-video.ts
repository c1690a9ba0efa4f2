import { DeviceError } from "../errors.js";
import type { Cluster } from "./cluster.js";
import { ClusterSplitter } from "./matroska.js";

/** The good beginning of a recorded video. */
export interface WholeVideo {
  /** Its pictures. */
  readonly frames: number;
  /** Where they end in the file. */
  readonly sizeBytes: number;
}

/**
 * Reads a recorded video that a crash cut off: its head and its whole clusters, of at most `mostFrames` pictures together. Undefined
 * where no such cluster is whole, or where it is no recording of this hub.
 */
export async function readWholeVideo(
  chunks: AsyncIterable<Uint8Array>,
  mostFrames: number,
): Promise<WholeVideo | undefined> {
  const splitter = new ClusterSplitter();
  const whole = { frames: 0, sizeBytes: 0 };
  const isFull = (cluster: Cluster): boolean => !addTo(whole, cluster, mostFrames);
  for await (const chunk of chunks) if (endsIn(() => splitter.read(chunk), isFull)) return counted(splitter, whole);
  endsIn(() => splitter.end(), isFull);
  return counted(splitter, whole);
}

/** Whether the good part ends here: it is full, or the file is no video any more. What the power took may be zeros. */
function endsIn(clusters: () => Iterable<Cluster>, isFull: (cluster: Cluster) => boolean): boolean {
  try {
    for (const cluster of clusters()) if (isFull(cluster)) return true;
    return false;
  } catch (thrown) {
    if (thrown instanceof DeviceError && thrown.code === "VIDEO_STREAM_INVALID") return true;
    throw thrown;
  }
}

/** Whether the cluster still has room. */
function addTo(whole: { frames: number; sizeBytes: number }, { bytes, frames }: Cluster, mostFrames: number): boolean {
  if (whole.frames + frames.length > mostFrames) return false;
  whole.frames += frames.length;
  whole.sizeBytes += bytes.length;
  return true;
}

/** A recording of this hub is its head and clusters, nothing between them. */
function counted({ head }: ClusterSplitter, { frames, sizeBytes }: WholeVideo): WholeVideo | undefined {
  return head === undefined || frames === 0 ? undefined : { frames, sizeBytes: head.length + sizeBytes };
}
