import { joinPath, parseDataFile } from "../format/layout.js";
import type { DeviceEntry, FileEntry } from "../format/metadata.js";
import { makeUploadSidecar } from "../format/sidecar.js";
import type { FileSystem } from "./files.js";
import { measureFile } from "./measure-file.js";
import type { SidecarFiles } from "./sidecar-files.js";

/** A file that a device has sent, under its final name. */
export interface SentFile {
  readonly deviceId: string;
  readonly device: DeviceEntry;
  readonly entry: FileEntry;
  /** The device's clock observations of the same recording, relative to the session. */
  readonly observationsFile: string | null;
}

/** Describes files that devices recorded on themselves: by what they hold, and by what the hub knows of the same stream. */
export class UploadDescriber {
  readonly #place: { readonly files: FileSystem; readonly folder: string; readonly sessionId: string };
  readonly #sidecars: SidecarFiles;

  constructor(place: { files: FileSystem; folder: string; sessionId: string }, sidecars: SidecarFiles) {
    this.#place = place;
    this.#sidecars = sidecars;
  }

  /** Writes the sidecar. Returns the entry with what was counted, and the sidecar's hash. Throws `STORAGE_*`. */
  async describe(sent: SentFile): Promise<FileEntry> {
    const { entry, deviceId, device, observationsFile } = sent;
    const { files, folder, sessionId } = this.#place;
    const path = entry.file_path;
    const csv = path.endsWith(".csv") ? (await measureFile(files, joinPath(folder, path))).csv : undefined;
    const sidecar = makeUploadSidecar({
      ...{ sessionId, deviceId, dataFile: path, observationsFile, fileType: entry.file_type },
      ...{ deviceType: device.device_type, firmware: device.firmware, simulated: device.simulated },
      header: csv?.header ?? [],
      stream: await this.#streamSidecar(path),
    });
    const counted = csv === undefined ? {} : countedAs(path, csv.tail.rows);
    return { ...entry, ...counted, sidecar_sha256: await this.#sidecars.write(sidecar) };
  }

  /** A later part goes on with the stream whose first part the hub may have recorded. */
  async #streamSidecar(path: string): ReturnType<SidecarFiles["read"]> {
    const first = path.replace(/_part\d+(\.[a-z0-9]+)$/, "$1");
    return first === path ? undefined : this.#sidecars.read(first);
  }
}

function countedAs(path: string, rows: number): Pick<FileEntry, "samples" | "frames"> {
  return parseDataFile(path)?.frames === true ? { frames: rows } : { samples: rows };
}
