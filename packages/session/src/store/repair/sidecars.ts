import { finishedFile, joinPath, parseSidecar, sidecarFile, type Sidecar } from "../../format/index.js";
import { readWhole, type FileSystem } from "../files.js";
import type { SalvagedFile } from "./salvage-data.js";

/** The sidecars of the files, by path of the file; one that is missing or unreadable is left out. */
export async function readSidecars(
  files: FileSystem,
  folder: string,
  data: readonly SalvagedFile[],
): Promise<Map<string, Sidecar>> {
  const found = new Map<string, Sidecar>();
  for (const { path } of data) {
    const at = joinPath(folder, sidecarFile(finishedFile(path) ?? path));
    if ((await files.facts(at)) === undefined) continue;
    const parsed = parseSidecar(new TextDecoder().decode(await readWhole(files, at)));
    if (parsed.kind === "good") found.set(path, parsed.value);
  }
  return found;
}
