import { exportFolder, exportManifest, isSessionId, joinPath, SYNCHRONIZED_FOLDER } from "@polychron/session/format";
import { SessionNotFoundError } from "@polychron/session/model";
import { isMissing, readWhole, type FileSystem } from "@polychron/session/store";
import { createReadStream } from "node:fs";
import { z } from "zod";
import { ServiceError } from "../errors.js";
import type { Download } from "./api.js";

/** A name leads nowhere but into its own folder, whoever wrote the list. */
const fileName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,200}$/);
const manifest = z.looseObject({ files: z.array(z.looseObject({ name: fileName, bytes: z.int().nonnegative() })) });
/** The folders under `exports/` that this version fills. */
const FOLDERS = ["csv", "matlab"];

/** Tables on a common time base, below this name; unfinished ones are called otherwise. */
const TABLES = "synchronized_data";
const TABLE_NAME = /^synchronized_[A-Za-z0-9_.-]{1,150}\.(csv|json)$/;

/** What was made of a session to be taken away: what lists of exports name, tables on a common time base, and nothing else. */
export class ExportedFiles {
  readonly #files: FileSystem;
  readonly #recordings: string;

  constructor(files: FileSystem, recordings: string) {
    this.#files = files;
    this.#recordings = recordings;
  }

  /** Paths like `csv/markers.csv` or `synchronized_data/synchronized_…csv`, with their sizes in bytes. Throws `SESSION_NOT_FOUND`, `EXPORT_LIST_BROKEN`, `STORAGE_*`. */
  async list(session: string): Promise<{ path: string; size: number }[]> {
    if (!isSessionId(session)) throw new SessionNotFoundError(session);
    if ((await this.#files.facts(joinPath(this.#recordings, session)))?.kind !== "folder")
      throw new SessionNotFoundError(session);
    const lists = await Promise.all(FOLDERS.map((folder) => this.#listFolder(session, folder)));
    return [...lists.flat(), ...(await this.#listTables(session))];
  }

  /** Throws `ROUTE_NOT_FOUND` for what no export made or somebody removed, and as `list`. */
  async download(session: string, path: string): Promise<Download> {
    const known = (await this.list(session)).find((file) => file.path === path);
    const place = joinPath(this.#recordings, session, placeOf(path));
    const facts = known === undefined ? undefined : await this.#files.facts(place);
    // A link in the place of the file is no file: it may lead out of the session.
    if (facts?.kind !== "file") throw new ServiceError("ROUTE_NOT_FOUND", { path });
    return { name: path.split("/").at(-1)!, sizeBytes: facts.sizeBytes, open: () => createReadStream(place) };
  }

  async #listTables(session: string): Promise<{ path: string; size: number }[]> {
    const folder = joinPath(this.#recordings, session, SYNCHRONIZED_FOLDER);
    if ((await this.#files.facts(folder))?.kind !== "folder") return [];
    const names = (await this.#files.list(folder)).map(({ name }) => name).filter((name) => TABLE_NAME.test(name));
    const tables = await Promise.all(
      names.sort().map(async (name) => ({ name, facts: await this.#files.facts(joinPath(folder, name)) })),
    );
    return tables.flatMap(({ name, facts }) =>
      facts?.kind === "file" ? [{ path: `${TABLES}/${name}`, size: facts.sizeBytes }] : [],
    );
  }

  async #listFolder(session: string, folder: string): Promise<{ path: string; size: number }[]> {
    const text = await this.#manifestText(session, folder);
    if (text === undefined) return [];
    try {
      const { files } = manifest.parse(JSON.parse(text));
      return files.map((file) => ({ path: `${folder}/${file.name}`, size: file.bytes }));
    } catch (thrown) {
      const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown).slice(0, 200) : (thrown as Error).message;
      throw new ServiceError("EXPORT_LIST_BROKEN", { session, folder: exportFolder(folder), reason }, thrown);
    }
  }

  /** Undefined where nothing was exported. */
  async #manifestText(session: string, folder: string): Promise<string | undefined> {
    try {
      const path = joinPath(this.#recordings, session, exportManifest(folder));
      return new TextDecoder().decode(await readWhole(this.#files, path));
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }
}

/** Where a file lies that is fetched by this path, relative to the session. */
function placeOf(path: string): string {
  return path.startsWith(`${TABLES}/`)
    ? joinPath(SYNCHRONIZED_FOLDER, path.slice(TABLES.length + 1))
    : `exports/${path}`;
}
