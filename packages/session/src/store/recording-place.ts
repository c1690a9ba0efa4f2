import { folderOf, joinPath } from "../format/layout.js";
import type { FileEntry } from "../format/metadata.js";
import { makeSidecar, makeVideoSidecar, type SidecarFacts } from "../format/sidecar.js";
import type { StreamInfo, Timers } from "../model/index.js";
import type { FileNames } from "./file-names.js";
import { makeFolders, type FileSystem } from "./files.js";
import type { FinishedFile } from "./line-file.js";
import type { SidecarFiles } from "./sidecar-files.js";
import { SharedTimers } from "./shared-timers.js";
import type { StreamLoss, StreamSpan } from "./stream-writer.js";

/** What the files of a recording need of the world. */
export interface RecordingFilesPorts {
  readonly files: FileSystem;
  readonly timers: Timers;
  readonly sidecars: SidecarFiles;
  /** The names that are taken in the session. */
  readonly names: FileNames;
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

/** The path of the n-th file of a series, relative to the session; named when it is first asked for. */
export type SeriesPath = (n: number) => string;

/** What a sidecar is written for. */
export interface Described {
  readonly info: StreamInfo;
  readonly facts: DeviceFacts;
  /** Relative to the session. */
  readonly dataFile: string;
  readonly rateHz: number | null;
}

/** Where the files of one recording lie, how the metadata list them, and what stands beside them. */
export class RecordingPlace {
  readonly ports: RecordingFilesPorts;
  readonly #recording: { readonly number: number; readonly stamp: string; readonly startTime: string };
  readonly #clockFiles = new Map<string, string>();

  constructor(ports: RecordingFilesPorts, recording: { number: number; stamp: string; startTime: string }) {
    this.ports = { ...ports, timers: new SharedTimers(ports.timers) };
    this.#recording = recording;
  }

  get stamp(): string {
    return this.#recording.stamp;
  }

  /** A second series of the same names (a device that came back) goes on with the next free part number. */
  series<Paths extends readonly string[]>(pathsOf: (part: number) => Paths): (n: number) => Paths {
    const known = new Map<number, Paths>();
    return (n) => {
      const paths = known.get(n) ?? pathsOf(this.ports.names.claim(pathsOf));
      known.set(n, paths);
      return paths;
    };
  }

  /** The disk's path of a file of this session. */
  absolute(path: string): string {
    return joinPath(this.ports.folder, path);
  }

  /** Throws `STORAGE_*`. */
  makeFolderOf(path: string): Promise<void> {
    return makeFolders(this.ports.files, this.ports.folder, folderOf(path));
  }

  /** As the metadata list a file; what its rows are the caller adds. */
  entry(fileType: string, file: FinishedFile, span: StreamSpan | undefined): FileEntry {
    return {
      file_type: fileType,
      file_path: file.path.slice(this.ports.folder.length + 1),
      file_size: file.sizeBytes,
      created_time: this.#recording.startTime,
      sha256: file.sha256,
      duration: span === undefined ? null : Math.max(0, span.lastArrivalUs - span.firstArrivalUs) / 1e6,
      recording: this.#recording.number,
      complete: file.isComplete,
    };
  }

  /** From now on the device's sidecars name this file of clock observations, where they name none yet. */
  setClockFile(deviceId: string, path: string): void {
    if (!this.#clockFiles.has(deviceId)) this.#clockFiles.set(deviceId, path);
  }

  /** The sidecar of a file of samples or frame times. Returns its SHA-256. Throws `STORAGE_*`. */
  writeSidecar(described: Described): Promise<string> {
    return this.ports.sidecars.write(makeSidecar(described.info, this.#facts(described)));
  }

  /** The sidecar of a video; `described.info` is the stream of its frame times, in `framesFile`. Throws `STORAGE_*`. */
  writeVideoSidecar(described: Described, framesFile: string): Promise<string> {
    return this.ports.sidecars.write(makeVideoSidecar(described.info, this.#facts(described), framesFile));
  }

  /** The sidecar as it stays; a disk that refuses it leaves the one written at the start. */
  async finalSidecar(device: string, target: string, write: Promise<string>): Promise<{ sidecar_sha256?: string }> {
    try {
      return { sidecar_sha256: await write };
    } catch (error) {
      this.ports.onFault(error, { operation: "sidecar", target, device });
      return {};
    }
  }

  faultListener(device: string, target: string): (error: unknown) => void {
    return (error) => this.ports.onFault(error, { operation: "write", target, device });
  }

  #facts({ facts, dataFile, rateHz }: Described): SidecarFacts {
    const observationsFile = this.#clockFiles.get(facts.deviceId) ?? null;
    return { ...facts, sessionId: this.ports.sessionId, dataFile, observationsFile, measuredRateHz: rateHz };
  }
}
