import { exportFolder, exportManifest, joinPath, unfinishedFile } from "@polychron/session/format";
import {
  makeFolders,
  readChunks,
  readWhole,
  replaceFile,
  storageError,
  writeAll,
  type FileSystem,
  type OpenFile,
} from "@polychron/session/store";
import type { ByteSink, EncodeContext, ExportFile } from "./format.js";

/** Takes bytes piece by piece and gives their SHA-256 as lower-case hex. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** One exported file; `name` is that inside its folder. */
export interface ExportedFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** The folder of one format in one session: files appear in it whole or not at all, and `export.json` lists them. */
export class ExportFolder {
  /** Relative to the session. */
  readonly path: string;
  readonly #files: FileSystem;
  readonly #sessionFolder: string;
  readonly #newHash: () => RunningHash;

  constructor(files: FileSystem, sessionFolder: string, format: { folder: string }, newHash: () => RunningHash) {
    this.path = exportFolder(format.folder);
    this.#files = files;
    this.#sessionFolder = sessionFolder;
    this.#newHash = newHash;
  }

  /** Makes the folder if it is not there. Throws `STORAGE_*`. */
  async open(): Promise<void> {
    await makeFolders(this.#files, this.#sessionFolder, this.path);
  }

  /** Writes one file beside its place, syncs and hashes it, then renames it over. Throws `STORAGE_*`, and what `encode` throws. */
  async write(file: ExportFile, context: EncodeContext): Promise<ExportedFile> {
    const path = this.#at(file.name);
    const part = unfinishedFile(path);
    await this.#files.remove(part);
    try {
      const bytes = await this.#encode(file, part, context);
      const sha256 = await this.#hash(part);
      await this.#files.rename(part, path);
      return { name: file.name, bytes, sha256 };
    } catch (error) {
      throw await this.#discarded(part, error);
    }
  }

  /** Replaces `export.json`, then removes what only the list before it named. Throws `STORAGE_*`. */
  async finish(list: { readonly files: readonly ExportedFile[] }): Promise<void> {
    const manifest = joinPath(this.#sessionFolder, exportManifest(this.path.slice(this.path.lastIndexOf("/") + 1)));
    const before = await this.#namesIn(manifest);
    await this.#files.syncFolder(this.#at());
    await replaceFile(this.#files, manifest, new TextEncoder().encode(`${JSON.stringify(list, null, 2)}\n`));
    const kept = new Set(list.files.map((file) => file.name));
    for (const name of before) if (!kept.has(name)) await this.#files.remove(this.#at(name));
  }

  async #encode(file: ExportFile, part: string, context: EncodeContext): Promise<number> {
    const open = await this.#files.open(part, "create");
    try {
      const sink = new FileSink(open, part);
      await file.encode(sink, context);
      const gotBytes = await open.sizeBytes();
      if (gotBytes !== sink.endBytes) {
        throw storageError("write", part, new Error(`${gotBytes} of ${sink.endBytes} bytes arrived`));
      }
      await open.sync();
      return gotBytes;
    } finally {
      await open.close();
    }
  }

  async #hash(path: string): Promise<string> {
    const hash = this.#newHash();
    for await (const chunk of readChunks(this.#files, path, 0, 1 << 20)) hash.update(chunk);
    return hash.hex();
  }

  /** The error to act on, once the file it left is gone; what cannot be removed now is removed by the next export. */
  async #discarded(part: string, error: unknown): Promise<unknown> {
    try {
      await this.#files.remove(part);
    } catch (left) {
      if (error instanceof Error && error.cause === undefined) error.cause = left;
    }
    return error;
  }

  /** The files that a list names; a list that cannot be read names none, so nothing is removed for it. */
  async #namesIn(manifest: string): Promise<string[]> {
    if ((await this.#files.facts(manifest)) === undefined) return [];
    return listedNames(new TextDecoder().decode(await readWhole(this.#files, manifest)));
  }

  #at(name?: string): string {
    return name === undefined
      ? joinPath(this.#sessionFolder, this.path)
      : joinPath(this.#sessionFolder, this.path, name);
  }
}

/** Knows how far a file must reach, because a nearly full disk may take less than it was given. */
class FileSink implements ByteSink {
  readonly #file: OpenFile;
  readonly #path: string;
  endBytes = 0;

  constructor(file: OpenFile, path: string) {
    this.#file = file;
    this.#path = path;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    this.endBytes = Math.max(this.endBytes, position + bytes.length);
    await writeAll(this.#file, this.#path, bytes, position);
  }
}

/** Names of an earlier list that may be removed: plain file names only, whoever wrote the list. */
function listedNames(text: string): string[] {
  const list = parsed(text);
  const files: unknown = typeof list === "object" && list !== null && "files" in list ? list.files : [];
  if (!Array.isArray(files)) return [];
  const names = files.map((file: unknown) =>
    typeof file === "object" && file !== null && "name" in file ? file.name : undefined,
  );
  return names.filter(
    (name): name is string => typeof name === "string" && /^[A-Za-z0-9][\w-]*\.[a-z0-9]+$/.test(name),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Only a file that this program did not write can be broken here; it is replaced, and names nothing.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
