import {
  isSessionId,
  joinPath,
  METADATA_FILE,
  missingData,
  parseMetadata,
  type MissingData,
  type SessionMetadata,
} from "../format/index.js";
import { errorReport, isFinal, SessionError, type ErrorReport, type SessionState } from "../model/index.js";
import { readWhole, type FileFacts, type FileSystem } from "./files.js";
import { LruMap } from "./lru-map.js";

/** One session in a list. */
export type SessionListing =
  | {
      readonly kind: "session";
      readonly id: string;
      readonly name: string;
      readonly status: SessionState;
      readonly startTime: string;
      readonly endTime: string | null;
      /** Seconds; `null` while the session is open. */
      readonly durationS: number | null;
      readonly devices: readonly string[];
      readonly recordings: number;
      readonly files: number;
      /** Of the registered files together. */
      readonly sizeBytes: number;
      readonly simulated: boolean;
      /** What it lacks, once it is closed. */
      readonly missing: MissingData;
    }
  /** Its metadata cannot be read: it is shown, with the reason and the remedy. */
  | { readonly kind: "broken"; readonly id: string; readonly error: ErrorReport };

/** Some sessions, newest first. */
export interface SessionPage {
  readonly sessions: readonly SessionListing[];
  /** Asks for the page behind this one; undefined on the last. */
  readonly next: string | undefined;
  /** How many sessions there are on all pages. */
  readonly total: number;
}

/** What an index needs; `nowMs` is the wall clock in milliseconds since 1970, the one the file system stamps with. */
export interface SessionIndexOptions {
  readonly files: FileSystem;
  readonly folder: string;
  readonly nowMs: () => number;
  /** How many listings stay in memory. */
  readonly cacheEntries?: number;
}

/** A file system stamps changes with the tick of its clock: what changed this recently may change again unseen, milliseconds. */
const UNSETTLED_MS = 100;
/** A sealed session hardly changes: its file is looked at again only after this, milliseconds. An open one is every time. */
const SEALED_TRUST_MS = 1_000;

/** Every session id ends with `YYYYMMDD_HHMMSS`. */
const STAMP_LENGTH = 15;

interface Cached<Value> {
  readonly key: string;
  readonly value: Value;
}

interface CachedListing extends Cached<SessionListing> {
  readonly checkedMs: number;
}

/** All sessions of a recordings folder; reads the metadata of a page when the page is asked for, and again only when it changed. */
export class SessionIndex {
  readonly #options: SessionIndexOptions;
  readonly #listings: LruMap<string, CachedListing>;
  #ids: Cached<readonly string[]> | undefined;

  constructor(options: SessionIndexOptions) {
    this.#options = options;
    this.#listings = new LruMap(options.cacheEntries ?? 2048);
  }

  /** Every session id, newest first. Throws `STORAGE_*`. */
  async ids(): Promise<readonly string[]> {
    const { files, folder } = this.#options;
    const key = this.#keyOf(await files.facts(folder));
    if (key !== undefined && this.#ids?.key === key) return this.#ids.value;
    const entries = await files.list(folder);
    const ids = entries.filter(({ kind, name }) => kind === "folder" && isSessionId(name)).map(({ name }) => name);
    const value = newestFirst(ids);
    this.#ids = key === undefined ? undefined : { key, value };
    return value;
  }

  /** How many sessions there are. */
  async count(): Promise<number> {
    return (await this.ids()).length;
  }

  /** A page of at most `limit` sessions, behind `cursor` if one is given; what a cursor named may be gone by now. */
  async page(limit: number, cursor?: string): Promise<SessionPage> {
    const ids = await this.ids();
    const from = cursor === undefined ? 0 : firstBehind(ids, cursor);
    const wanted = ids.slice(from, from + limit);
    const sessions = (await Promise.all(wanted.map((id) => this.find(id)))).filter((listing) => listing !== undefined);
    return { sessions, next: from + limit < ids.length ? wanted.at(-1) : undefined, total: ids.length };
  }

  /** One session; undefined when there is none of this id. */
  async find(id: string): Promise<SessionListing | undefined> {
    if (!isSessionId(id)) return undefined;
    const cached = this.#listings.get(id);
    return cached !== undefined && this.#isTrusted(cached) ? cached.value : this.#look(id, cached);
  }

  /** Every session whose last state is not final, newest first; those with broken metadata are among them. */
  async open(): Promise<SessionListing[]> {
    const found: SessionListing[] = [];
    for (const id of await this.ids()) {
      const listing = await this.find(id);
      if (listing !== undefined && (listing.kind === "broken" || !isFinal(listing.status))) found.push(listing);
    }
    return found;
  }

  #isTrusted({ value, checkedMs }: CachedListing): boolean {
    const ageMs = this.#options.nowMs() - checkedMs;
    return value.kind === "session" && isFinal(value.status) && ageMs >= 0 && ageMs < SEALED_TRUST_MS;
  }

  async #look(id: string, cached: CachedListing | undefined): Promise<SessionListing | undefined> {
    const path = joinPath(this.#options.folder, id, METADATA_FILE);
    const checkedMs = this.#options.nowMs();
    const facts = await this.#options.files.facts(path);
    const key = this.#keyOf(facts);
    if (facts === undefined && !(await this.#isFolder(id))) return undefined;
    const value = key !== undefined && cached?.key === key ? cached.value : await this.#read(id, facts && path);
    if (key !== undefined) this.#listings.set(id, { key, value, checkedMs });
    return value;
  }

  async #isFolder(id: string): Promise<boolean> {
    return (await this.#options.files.facts(joinPath(this.#options.folder, id)))?.kind === "folder";
  }

  async #read(id: string, path: string | undefined): Promise<SessionListing> {
    try {
      if (path === undefined)
        throw new SessionError("METADATA_BROKEN", { session: id, reason: "there is no metadata file" });
      const parsed = parseMetadata(new TextDecoder().decode(await readWhole(this.#options.files, path)));
      if (parsed.kind === "broken") throw new SessionError("METADATA_BROKEN", { session: id, reason: parsed.reason });
      if (parsed.value !== undefined) return listingOf(id, parsed.value);
      throw new SessionError("METADATA_NEWER", {
        session: id,
        found: parsed.kind === "newer" ? parsed.found : 0,
        known: 1,
      });
    } catch (error) {
      // One unreadable session must not hide the others: it is listed with what is wrong with it.
      return { kind: "broken", id, error: errorReport(error) };
    }
  }

  /** Names a state of a file or folder; undefined while it may still change without a new stamp. */
  #keyOf(facts: FileFacts | undefined): string | undefined {
    if (facts === undefined || this.#options.nowMs() - facts.modifiedMs < UNSETTLED_MS) return undefined;
    return `${facts.modifiedMs}/${facts.sizeBytes}`;
  }
}

function listingOf(id: string, metadata: SessionMetadata): SessionListing {
  const files = Object.values(metadata.files).flat();
  return {
    kind: "session",
    id,
    name: metadata.session_name,
    status: metadata.status,
    startTime: metadata.start_time,
    endTime: metadata.end_time,
    durationS: metadata.duration,
    devices: Object.keys(metadata.devices),
    recordings: metadata.recordings.length,
    files: files.length,
    sizeBytes: files.reduce((sum, file) => sum + file.file_size, 0),
    simulated: Object.values(metadata.devices).some((device) => device.simulated),
    missing: missingData(metadata),
  };
}

/** Orders ids by their stamp, the newest first, and by name within one second. */
function newestFirst(ids: readonly string[]): string[] {
  const keys = ids.map(orderKey).sort().reverse();
  return keys.map((key) => key.slice(STAMP_LENGTH));
}

function orderKey(id: string): string {
  return id.slice(-STAMP_LENGTH) + id;
}

function firstBehind(ids: readonly string[], cursor: string): number {
  const key = orderKey(cursor);
  const at = ids.findIndex((id) => orderKey(id) < key);
  return at < 0 ? ids.length : at;
}
