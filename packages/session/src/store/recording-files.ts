import { clockFile, clockReadingsFile, finishedFile, streamFile, type DeviceRef } from "../format/layout.js";
import type { FileEntry } from "../format/metadata.js";
import type { StreamInfo } from "../model/index.js";
import { ClockWriter, type ClockKind } from "./clock-writer.js";
import type { NewMedia } from "./file-requests.js";
import { firstOf } from "./first-error.js";
import { cutToFrames } from "./frame-table.js";
import { closeVideo, discardVideo, mediaSeries, openVideo, type MediaPair } from "./media-files.js";
import type { MediaWriter } from "./media-writer.js";
import { RecordingPlace, type DeviceFacts, type RecordingFilesPorts, type SeriesPath } from "./recording-place.js";
import { StreamWriter, type FinishedStream, type StreamSpan } from "./stream-writer.js";

/** The files of one device's stream, video or clock, closed, as the metadata will list them. */
export interface ClosedFiles {
  readonly deviceId: string;
  readonly entries: readonly FileEntry[];
  /** The stream's counts; none for clock observations. */
  readonly stream: FinishedStream | undefined;
}

/** Everything that one recording writes beside the log: data files, video, clock observations, sidecars. */
export class RecordingFiles {
  readonly #place: RecordingPlace;
  readonly #closers: (() => Promise<ClosedFiles>)[] = [];

  constructor(ports: RecordingFilesPorts, recording: { number: number; stamp: string; startTime: string }) {
    this.#place = new RecordingPlace(ports, recording);
  }

  /** Data file and sidecar are on the disk when this resolves. Throws `NAME_INVALID`, `STORAGE_*`. */
  async openStream(info: StreamInfo, facts: DeviceFacts): Promise<StreamWriter> {
    const { stamp } = this.#place;
    const series = this.#place.series((part) => [streamFile(facts, info.folder, info.fileType, stamp, part)] as const);
    const writer = await this.#openWriter(info, facts, (n) => series(n)[0]);
    this.#closers.push(async () => this.#closeStream(await writer.finish(), facts));
    return writer;
  }

  /** Video, frame times and sidecars are on the disk when this resolves. Throws `NAME_INVALID`, `STORAGE_*`; then no video is kept. */
  async openMedia(media: NewMedia, facts: DeviceFacts): Promise<MediaPair> {
    const place = this.#place;
    const series = mediaSeries(place, media, facts);
    const [path, framesPath] = series(1);
    let video: MediaWriter | undefined;
    try {
      video = await openVideo(place, media, path);
      await place.writeVideoSidecar({ info: media.frames, facts, dataFile: path, rateHz: null }, framesPath);
      const frames = await this.#openWriter(media.frames, facts, (n) => series(n)[1]);
      const pair = { video, frames };
      this.#closers.push(() => this.#closeMedia(pair, facts, framesPath));
      return pair;
    } catch (error) {
      throw await firstOf(error, () => discardVideo(place, video, series(1)));
    }
  }

  /** Throws `NAME_INVALID`, `STORAGE_*`. */
  async openClockFile(device: DeviceRef, kind: ClockKind): Promise<ClockWriter> {
    const place = this.#place;
    const { files, timers, monotonicZeroUs } = place.ports;
    const { deviceId } = device;
    const fileType = kind === "readings" ? "clock_readings" : "clock";
    const fileOf = kind === "readings" ? clockReadingsFile : clockFile;
    const series = place.series((part) => [fileOf(device, place.stamp, part)] as const);
    await place.makeFolderOf(series(1)[0]);
    const pathOf = (part: number): string => place.absolute(series(part)[0]);
    const onFault = place.faultListener(deviceId, fileType);
    const writer = await ClockWriter.open({ files, timers, deviceId, kind, pathOf, monotonicZeroUs, onFault });
    if (kind !== "readings") place.setClockFile(deviceId, series(1)[0]);
    this.#closers.push(async () => {
      const entries = (await writer.finish()).map((file) => ({
        ...place.entry(fileType, file, undefined),
        samples: file.rows,
      }));
      return { deviceId, entries, stream: undefined };
    });
    return writer;
  }

  /** Ends every file; repeated, it gives the same answer. Throws nothing: what the disk refused is in the entries. */
  close(): Promise<ClosedFiles[]> {
    return Promise.all(this.#closers.map((close) => close()));
  }

  async #openWriter(info: StreamInfo, facts: DeviceFacts, pathOf: SeriesPath): Promise<StreamWriter> {
    const place = this.#place;
    const { files, timers, monotonicZeroUs, onLoss } = place.ports;
    const { deviceId } = facts;
    const dataFile = pathOf(1);
    await place.makeFolderOf(dataFile);
    await place.writeSidecar({ info, facts, dataFile, rateHz: null });
    const absolute = (part: number): string => place.absolute(pathOf(part));
    const onFault = place.faultListener(deviceId, info.fileType);
    return StreamWriter.open({ files, timers, deviceId, info, pathOf: absolute, monotonicZeroUs, onLoss, onFault });
  }

  async #closeStream(stream: FinishedStream, facts: DeviceFacts): Promise<ClosedFiles> {
    const { info, deviceId } = stream;
    const entries: FileEntry[] = [];
    const span = stream.files.length === 1 ? stream.span : undefined;
    for (const file of stream.files) {
      const rows = info.isFrames === true ? { frames: file.rows } : { samples: file.rows };
      const entry = { ...this.#place.entry(info.fileType, file, span), ...rows };
      const dataFile = finishedFile(entry.file_path) ?? entry.file_path;
      const sidecar = this.#place.writeSidecar({ info, facts, dataFile, rateHz: measuredRateHz(stream.span) });
      entries.push({ ...entry, ...(await this.#place.finalSidecar(deviceId, dataFile, sidecar)) });
    }
    return { deviceId, entries, stream };
  }

  async #closeMedia({ video, frames }: MediaPair, facts: DeviceFacts, framesPath: string): Promise<ClosedFiles> {
    // The frame times are registered first: the video's entry says how long they lasted.
    const closed = await this.#closeStream(await this.#framesOf(video, frames), facts);
    const described = { info: frames.info, facts, rateHz: measuredRateHz(closed.stream!.span) };
    const entry = await closeVideo(this.#place, video, { described, framesPath, span: closed.stream!.span });
    return { ...closed, entries: [entry, ...closed.entries] };
  }

  /** The frame times of the frames that the video really has. */
  async #framesOf(video: MediaWriter, frames: StreamWriter): Promise<FinishedStream> {
    const [{ file, lost }, stream] = await Promise.all([video.finish(), frames.finish()]);
    if (lost === 0 || stream.written <= file.rows) return stream;
    const { files, monotonicZeroUs } = this.#place.ports;
    const onFault = this.#place.faultListener(stream.deviceId, stream.info.fileType);
    return cutToFrames({ files, monotonicZeroUs, onFault }, stream, file.rows);
  }
}

/** Samples per second by the device's own numbers and clock, over the whole stream. */
function measuredRateHz(span: StreamSpan | undefined): number | null {
  if (span === undefined || span.lastDeviceTimeS <= span.firstDeviceTimeS) return null;
  return (span.lastSeq - span.firstSeq) / (span.lastDeviceTimeS - span.firstDeviceTimeS);
}
