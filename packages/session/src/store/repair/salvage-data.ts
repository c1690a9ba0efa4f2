import {
  finishedFile,
  folderOf,
  joinPath,
  parseDataFile,
  type DataFileName,
  type FileEntry,
  type SessionMetadata,
} from "../../format/index.js";
import type { FileSystem } from "../files.js";
import { measureFile, type MeasuredFile } from "../measure-file.js";
import type { TreeEntry } from "../tree.js";
import { KnownFiles } from "./known-files.js";
import { cutTo, moveAside, setAside, type SetAside } from "./set-aside.js";

/** A recorded file as it lies on disk once it was put right. */
export interface SalvagedFile {
  readonly name: DataFileName;
  /** Relative to the session. */
  readonly path: string;
  readonly measured: MeasuredFile;
  /** As the metadata know it already, unchanged; undefined for one that must be registered. */
  readonly registered: FileEntry | undefined;
  /** It had not been finished: what the writer still held in memory is lost. */
  readonly wasUnfinished: boolean;
  /** How its device announced it, for one that a device has sent. */
  readonly announced?: FileEntry;
}

/** What the data files needed. */
export interface DataSalvage {
  readonly files: readonly SalvagedFile[];
  readonly setAside: readonly SetAside[];
  /** What devices still have to send, and what came of it so far: uploads go on from there. */
  readonly unfinished: readonly string[];
}

/**
 * Puts the data files right that nobody finished: a torn last line is copied to `recovered/` and cut off, and a file under its
 * `.part` name gets its final one. What is registered as complete is not touched, and read again only where its recording
 * has no stop yet; of a video and its conversion, the one that is not registered goes to `recovered/`; what a device is still sending is not touched at all. Throws `STORAGE_*`.
 */
export async function salvageData(
  files: FileSystem,
  folder: string,
  tree: readonly TreeEntry[],
  metadata: SessionMetadata,
): Promise<DataSalvage> {
  const found: { files: SalvagedFile[]; setAside: SetAside[]; unfinished: string[] } = {
    ...{ files: [], setAside: [], unfinished: [] },
  };
  const known = new KnownFiles(metadata);
  const paths = new Set(tree.map(({ path }) => path));
  for (const { path, kind } of tree) {
    const name = kind === "file" ? parseDataFile(path) : undefined;
    if (name === undefined || name.ext === "json" || known.isSettled(path)) continue;
    const wasUnfinished = finishedFile(path) !== undefined;
    const registered = known.find(path);
    const original = known.originalOf(path);
    // Only the original that is here is sure to be whole: the conversion is made again.
    const isLeftOver = known.isReplaced(path) || (original !== undefined && paths.has(original));
    if (isLeftOver) found.setAside.push(await moveAside(files, folder, path));
    else if (known.awaited(path) !== undefined) await salvageUpload(files, folder, { name, path, known }, found);
    else if (registered !== undefined && known.isRegistered(path))
      found.files.push(await measured(files, folder, { name, path, registered, wasUnfinished: false }));
    else {
      const file = await salvageFile(files, folder, { name, path, wasUnfinished }, found.setAside);
      if (file !== undefined) found.files.push(file);
    }
  }
  return found;
}

/** An upload goes on from where it is. One that has its final name is whole: what was left was to say so. */
async function salvageUpload(
  files: FileSystem,
  folder: string,
  { name, path, known }: { name: DataFileName; path: string; known: KnownFiles },
  found: { readonly files: SalvagedFile[]; readonly unfinished: string[] },
): Promise<void> {
  const announced = known.awaited(path)!;
  const file = { name, path, registered: undefined, announced, wasUnfinished: false };
  const whole = finishedFile(path) === undefined ? await measured(files, folder, file) : undefined;
  if (whole?.measured.sha256 === announced.sha256) found.files.push(whole);
  else found.unfinished.push(path);
}

type FoundFile = Pick<SalvagedFile, "name" | "path" | "wasUnfinished">;

/** Undefined for a CSV file without one whole line: it holds nothing, and goes to `recovered/` as a whole. */
async function salvageFile(
  files: FileSystem,
  folder: string,
  found: FoundFile,
  kept: SetAside[],
): Promise<SalvagedFile | undefined> {
  const at = joinPath(folder, found.path);
  const before = await measureFile(files, at);
  if (found.name.ext === "csv" && before.csv === undefined) {
    if (before.sizeBytes > 0) kept.push(await setAside(files, folder, { path: found.path, offset: 0, reason: "bad" }));
    await files.remove(at);
    await files.syncFolder(folderOf(at));
    return undefined;
  }
  const tail = before.csv?.tail;
  if (tail !== undefined && tail.tornBytes > 0) {
    kept.push(await setAside(files, folder, { path: found.path, offset: tail.goodBytes, reason: "tail" }));
    await cutTo(files, at, tail.goodBytes);
  }
  const path = await finishName(files, folder, found.path);
  return measured(files, folder, { ...found, path, registered: undefined });
}

async function measured(
  files: FileSystem,
  folder: string,
  file: Omit<SalvagedFile, "measured">,
): Promise<SalvagedFile> {
  return { ...file, measured: await measureFile(files, joinPath(folder, file.path)) };
}

/** The final name, unless a finished file has it already. */
async function finishName(files: FileSystem, folder: string, path: string): Promise<string> {
  const final = finishedFile(path);
  if (final === undefined || (await files.facts(joinPath(folder, final))) !== undefined) return path;
  await files.rename(joinPath(folder, path), joinPath(folder, final));
  await files.syncFolder(joinPath(folder, folderOf(final)));
  return final;
}
