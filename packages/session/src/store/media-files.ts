import { finishedFile, framesFile, mediaFile, unfinishedFile } from "../format/layout.js";
import type { FileEntry } from "../format/metadata.js";
import type { NewMedia } from "./file-requests.js";
import { MediaWriter } from "./media-writer.js";
import type { Described, DeviceFacts, RecordingPlace } from "./recording-place.js";
import type { StreamSpan, StreamWriter } from "./stream-writer.js";

/** A video and its frame times. */
export interface MediaPair {
  readonly video: MediaWriter;
  readonly frames: StreamWriter;
}

/** The path of a video, and that of its frame times. */
export type PairPaths = readonly [video: string, frames: string];

/** Video and frame times have one number. Frame times that go on after a failed sync take the next, and no video has it. */
export function mediaSeries(place: RecordingPlace, media: NewMedia, facts: DeviceFacts): (n: number) => PairPaths {
  return place.series((part) => [
    mediaFile(facts, media, place.stamp, part),
    framesFile(facts, media, place.stamp, part),
  ]);
}

/** The file is on the disk with its head when this resolves; `path` is relative to the session. Throws `STORAGE_*`. */
export async function openVideo(place: RecordingPlace, media: NewMedia, path: string): Promise<MediaWriter> {
  const { deviceId, fileType, head } = media;
  const { files, timers, onLoss } = place.ports;
  await place.makeFolderOf(path);
  const onFault = place.faultListener(deviceId, fileType);
  return MediaWriter.open({ files, timers, deviceId, fileType, path: place.absolute(path), head, onLoss, onFault });
}

/**
 * Lets go of a video into which nothing was recorded because it, or what belongs beside it, could not be opened. The next
 * may have its name where the disk let it go.
 */
export async function discardVideo(
  place: RecordingPlace,
  video: MediaWriter | undefined,
  paths: PairPaths,
): Promise<void> {
  const { files, names } = place.ports;
  if (video !== undefined) await files.remove((await video.finish()).file.path);
  const path = place.absolute(paths[0]);
  const left = [await files.facts(path), await files.facts(unfinishedFile(path))];
  if (left.every((facts) => facts === undefined)) names.release(paths);
}

/** Ends a video; the answer is how the metadata list it. */
export async function closeVideo(
  place: RecordingPlace,
  video: MediaWriter,
  {
    described,
    framesPath,
    span,
  }: {
    readonly described: Omit<Described, "dataFile">;
    readonly framesPath: string;
    readonly span: StreamSpan | undefined;
  },
): Promise<FileEntry> {
  const { file } = await video.finish();
  const { fileType } = described.info;
  const entry = { ...place.entry(fileType, file, span), frames: file.rows };
  const dataFile = finishedFile(entry.file_path) ?? entry.file_path;
  // Its hash is not registered: whatever converts the video writes the sidecar anew before it can say so.
  await place.finalSidecar(
    described.facts.deviceId,
    dataFile,
    place.writeVideoSidecar({ ...described, dataFile }, framesPath),
  );
  return entry;
}
