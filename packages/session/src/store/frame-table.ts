import { readChunks, type FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import { measureFile, type SampleSpan } from "./measure-file.js";
import type { FinishedStream, StreamSpan } from "./stream-writer.js";

const NEWLINE = 10;

/** What cutting needs of the world; `onFault` must not throw. */
export interface FrameTablePorts {
  readonly files: FileSystem;
  /** Hub microseconds at which session time is zero. */
  readonly monotonicZeroUs: number;
  readonly onFault: (error: unknown) => void;
}

/**
 * Frame times for the frames that their video has: what the disk lost of the video's end is cut off. Throws nothing: a table
 * that cannot be cut stays as it is, and is not complete.
 */
export async function cutToFrames(
  ports: FrameTablePorts,
  stream: FinishedStream,
  frames: number,
): Promise<FinishedStream> {
  const files: FinishedFile[] = [];
  let span: StreamSpan | undefined;
  let left = frames;
  for (const file of stream.files) {
    const cut = left < file.rows ? await cutTable(ports, file, left) : await measured(ports, file);
    files.push(cut.file);
    span = spanTo(stream.span, cut.samples, ports.monotonicZeroUs) ?? span;
    left = Math.max(0, left - cut.file.rows);
  }
  const written = files.reduce((sum, { rows }) => sum + rows, 0);
  return { ...stream, files, span, written, lost: stream.lost + stream.written - written };
}

/** A file with what its lines tell. */
interface MeasuredTable {
  readonly file: FinishedFile;
  readonly samples: SampleSpan | undefined;
}

async function cutTable(ports: FrameTablePorts, file: FinishedFile, rows: number): Promise<MeasuredTable> {
  try {
    await cutAt(ports.files, file.path, await endOfRow(ports.files, file.path, rows));
    const { sizeBytes, sha256, csv } = await measureFile(ports.files, file.path);
    return { file: { ...file, sizeBytes, sha256, rows: csv?.tail.rows ?? 0 }, samples: csv?.samples };
  } catch (error) {
    ports.onFault(error);
    return await measured(ports, { ...file, isComplete: false });
  }
}

/** As it lies on the disk, where the disk can still be read. */
async function measured({ files, onFault }: FrameTablePorts, file: FinishedFile): Promise<MeasuredTable> {
  try {
    const { sizeBytes, sha256, csv } = await measureFile(files, file.path);
    return { file: { ...file, sizeBytes, sha256, rows: csv?.tail.rows ?? 0 }, samples: csv?.samples };
  } catch (error) {
    onFault(error);
    return { file: { ...file, isComplete: false }, samples: undefined };
  }
}

/** Where the header and so many lines of a table end, in bytes. Throws `STORAGE_*`. */
export async function endOfRow(files: FileSystem, path: string, rows: number): Promise<number> {
  let position = 0;
  let lines = 0;
  for await (const chunk of readChunks(files, path)) {
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
      if (lines === rows) return position + at + 1;
      lines++;
    }
    position += chunk.length;
  }
  return position;
}

async function cutAt(files: FileSystem, path: string, sizeBytes: number): Promise<void> {
  const file = await files.open(path, "update");
  try {
    await file.truncate(sizeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** From the first sample that arrived to the last one that a file holds. */
function spanTo(
  span: StreamSpan | undefined,
  samples: SampleSpan | undefined,
  monotonicZeroUs: number,
): StreamSpan | undefined {
  if (span === undefined || samples === undefined) return undefined;
  const { lastSeq, lastDeviceTimeS, lastArrivalS } = samples;
  return { ...span, lastSeq, lastDeviceTimeS, lastArrivalUs: lastArrivalS * 1e6 + monotonicZeroUs };
}
