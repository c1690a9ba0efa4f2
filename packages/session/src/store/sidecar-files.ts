import { joinPath, sidecarFile } from "../format/layout.js";
import type { Sidecar } from "../format/metadata.js";
import { parseSidecar } from "../format/parse-metadata.js";
import { replaceFile, type Fence } from "./atomic-file.js";
import { readWhole, type FileSystem } from "./files.js";
import { sha256 } from "./sha256.js";

/** The sidecars of one session's data files. */
export class SidecarFiles {
  readonly #place: { readonly files: FileSystem; readonly folder: string; readonly fence: Fence };

  /** @param place `folder` is the session's */
  constructor(place: { readonly files: FileSystem; readonly folder: string; readonly fence: Fence }) {
    this.#place = place;
  }

  /** Puts a sidecar beside its data file, or in the place of the one that is there. Returns its SHA-256. Throws `STORAGE_*`. */
  async write(sidecar: Sidecar): Promise<string> {
    const { files, folder, fence } = this.#place;
    const bytes = new TextEncoder().encode(`${JSON.stringify(sidecar, null, 2)}\n`);
    await fence();
    await replaceFile(files, joinPath(folder, sidecarFile(sidecar.data_file)), bytes);
    return sha256(bytes);
  }

  /** The sidecar of a data file (relative to the session); undefined when there is none that can be read. Throws `STORAGE_*`. */
  async read(dataFile: string): Promise<Sidecar | undefined> {
    const { files, folder } = this.#place;
    const path = joinPath(folder, sidecarFile(dataFile));
    if ((await files.facts(path)) === undefined) return undefined;
    const parsed = parseSidecar(new TextDecoder().decode(await readWhole(files, path)));
    return parsed.kind === "good" ? parsed.value : undefined;
  }
}
