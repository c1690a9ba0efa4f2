import { clockFile, folderOf, joinPath, sidecarFile, streamFile, type DeviceRef } from "../format/layout.js";
import type { FileEntry, Sidecar } from "../format/metadata.js";
import { makeSidecar, type SidecarFacts } from "../format/sidecar.js";
import type { StreamInfo, Timers } from "../model/index.js";
import { replaceFile, type Fence } from "./atomic-file.js";
import { ClockWriter, type ClockKind } from "./clock-writer.js";
import { makeFolders, type FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import { sha256 } from "./sha256.js";
import { StreamWriter, type FinishedStream, type StreamLoss, type StreamSpan } from "./stream-writer.js";

/** What the files of a recording need of the world. */
export interface RecordingFilesPorts {
  readonly files: FileSystem;
  readonly timers: Timers;
  readonly fence: Fence;
  /** The session's folder. */
  readonly folder: string;
  readonly sessionId: string;
  /** Hub microseconds at which session time is zero. */
  readonly monotonicZeroUs: number;
  /** Both must not throw. */
  readonly onLoss: (loss: StreamLoss) => void;
  readonly onFault: (error: unknown, place: { operation: string; target: string; device: string }) => void;
}

/** What a sidecar says of the device and its driver. */
export type DeviceFacts = Pick<SidecarFacts, "deviceId" | "deviceType" | "driver" | "firmware" | "simulated">;

/** The files of one device's stream or clock, closed, as the metadata will list them. */
export interface ClosedFiles {
  readonly deviceId: string;
  readonly entries: readonly FileEntry[];
  /** The stream's counts; none for clock observations. */
  readonly stream: FinishedStream | undefined;
}

/** Everything that one recording writes beside the log: data files, clock observations, sidecars. */
export class RecordingFiles {
  readonly #ports: RecordingFilesPorts;
  readonly #recording: { readonly number: number; readonly stamp: string; readonly startTime: string };
  readonly #closers: (() => Promise<ClosedFiles>)[] = [];
  readonly #partsUsed = new Map<string, number>();
  readonly #clockFiles = new Map<string, string>();

  constructor(ports: RecordingFilesPorts, recording: { number: number; stamp: string; startTime: string }) {
    this.#ports = ports;
    this.#recording = recording;
  }

  /** Data file and sidecar are on the disk when this resolves. Throws `NAME_INVALID`, `STORAGE_*`. */
  async openStream(info: StreamInfo, facts: DeviceFacts): Promise<StreamWriter> {
    const { files, timers, folder, monotonicZeroUs, onLoss } = this.#ports;
    const { deviceId } = facts;
    const pathOf = this.#numbered((part) => streamFile(facts, info.folder, info.fileType, this.#recording.stamp, part));
    await makeFolders(files, folder, folderOf(pathOf(1)));
    const onFault = this.#faultListener(deviceId, info.fileType);
    await this.#writeSidecar(info, facts, pathOf(1), null);
    const absolute = (part: number): string => joinPath(folder, pathOf(part));
    const writer = await StreamWriter.open({
      files,
      timers,
      deviceId,
      info,
      pathOf: absolute,
      monotonicZeroUs,
      onLoss,
      onFault,
    });
    this.#closers.push(async () => this.#closeStream(await writer.finish(), facts));
    return writer;
  }

  /** Throws `NAME_INVALID`, `STORAGE_*`. */
  async openClockFile(device: DeviceRef, kind: ClockKind): Promise<ClockWriter> {
    const { files, timers, folder, monotonicZeroUs } = this.#ports;
    const { deviceId } = device;
    const pathOf = this.#numbered((part) => clockFile(device, this.#recording.stamp, part));
    await makeFolders(files, folder, folderOf(pathOf(1)));
    const absolute = (part: number): string => joinPath(folder, pathOf(part));
    const onFault = this.#faultListener(deviceId, "clock");
    const writer = await ClockWriter.open({
      files,
      timers,
      deviceId,
      kind,
      pathOf: absolute,
      monotonicZeroUs,
      onFault,
    });
    if (!this.#clockFiles.has(deviceId)) this.#clockFiles.set(deviceId, pathOf(1));
    this.#closers.push(async () => {
      const entries = (await writer.finish()).map((file) => this.#entry("clock", file, undefined));
      return { deviceId, entries, stream: undefined };
    });
    return writer;
  }

  /** Ends every file; repeated, it gives the same answer. Throws nothing: what the disk refused is in the entries. */
  close(): Promise<ClosedFiles[]> {
    return Promise.all(this.#closers.map((close) => close()));
  }

  async #closeStream(stream: FinishedStream, facts: DeviceFacts): Promise<ClosedFiles> {
    const entries = [];
    const span = stream.files.length === 1 ? stream.span : undefined;
    for (const file of stream.files) {
      const entry = this.#entry(stream.info.fileType, file, span);
      entries.push({ ...entry, ...(await this.#finalSidecar(stream, facts, entry)) });
    }
    return { deviceId: stream.deviceId, entries, stream };
  }

  /** The sidecar with its measured rate; a disk that refuses it leaves the one written at the start. */
  async #finalSidecar(
    { info, span }: FinishedStream,
    facts: DeviceFacts,
    entry: FileEntry,
  ): Promise<{ sidecar_sha256?: string }> {
    const path = entry.file_path.replace(/\.part$/, "");
    try {
      return { sidecar_sha256: await this.#writeSidecar(info, facts, path, measuredRateHz(span)) };
    } catch (error) {
      this.#ports.onFault(error, { operation: "sidecar", target: path, device: facts.deviceId });
      return {};
    }
  }

  async #writeSidecar(info: StreamInfo, facts: DeviceFacts, dataFile: string, rateHz: number | null): Promise<string> {
    const { files, folder, fence, sessionId } = this.#ports;
    const observationsFile = this.#clockFiles.get(facts.deviceId) ?? null;
    const sidecar = makeSidecar(info, { ...facts, sessionId, dataFile, observationsFile, measuredRateHz: rateHz });
    const bytes = encodeSidecar(sidecar);
    await fence();
    await replaceFile(files, joinPath(folder, sidecarFile(dataFile)), bytes);
    return sha256(bytes);
  }

  #entry(fileType: string, file: FinishedFile, span: StreamSpan | undefined): FileEntry {
    return {
      file_type: fileType,
      file_path: file.path.slice(this.#ports.folder.length + 1),
      file_size: file.sizeBytes,
      created_time: this.#recording.startTime,
      sha256: file.sha256,
      samples: file.rows,
      duration: span === undefined ? null : Math.max(0, span.lastArrivalUs - span.firstArrivalUs) / 1e6,
      recording: this.#recording.number,
      complete: file.isComplete,
    };
  }

  /** A second writer of the same name within one recording (a device that came back) goes on with the next part number. */
  #numbered(name: (part: number) => string): (n: number) => string {
    const key = name(1);
    const paths = new Map<number, string>();
    return (n) => {
      const known = paths.get(n);
      if (known !== undefined) return known;
      const part = (this.#partsUsed.get(key) ?? 0) + 1;
      this.#partsUsed.set(key, part);
      paths.set(n, name(part));
      return name(part);
    };
  }

  #faultListener(device: string, target: string): (error: unknown) => void {
    return (error) => this.#ports.onFault(error, { operation: "write", target, device });
  }
}

/** Samples per second by the device's own numbers and clock, over the whole stream. */
function measuredRateHz(span: StreamSpan | undefined): number | null {
  if (span === undefined || span.lastDeviceTimeS <= span.firstDeviceTimeS) return null;
  return (span.lastSeq - span.firstSeq) / (span.lastDeviceTimeS - span.firstDeviceTimeS);
}

function encodeSidecar(sidecar: Sidecar): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(sidecar, null, 2)}\n`);
}
