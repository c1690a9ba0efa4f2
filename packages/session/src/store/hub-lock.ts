import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { lock } from "proper-lockfile";
import { z } from "zod";
import { HUB_FOLDER, joinPath, LOCK_FILE, OWNER_FILE } from "../format/index.js";
import { SessionError } from "../model/index.js";
import { replaceFile } from "./atomic-file.js";
import { readWhole, storageError, type FileOperation, type FileSystem } from "./files.js";
import { claimFolder, claimScope, type FolderClaim } from "./folder-claim.js";
import { nextRandomName } from "./random-name.js";

/** A lock that nobody refreshed for so long may be taken by another machine, milliseconds. */
const STALE_AFTER_MS = 10_000;
const REFRESH_EVERY_MS = 2_000;

const ownerDocument = z.object({
  host: z.string(),
  pid: z.int(),
  started: z.string(),
  /** Random: tells two hubs apart whatever their host and process number. */
  instance: z.string(),
  /** Among which processes the operating-system name is exclusive. */
  scope: z.string(),
});

/** Who holds a recordings folder. */
export type LockOwner = z.infer<typeof ownerDocument>;

/** What the lock needs to know. */
export interface HubLockOptions {
  /** The recordings folder on the real disk; made if it is missing. */
  readonly folder: string;
  readonly files: FileSystem;
  /** ISO 8601, for people. */
  readonly started: string;
  /** Told once (`STORAGE_FENCED`) when another machine has taken the folder: recording to it must stop. */
  onLost(error: SessionError): void;
}

/**
 * One hub per recordings folder. Among the processes of one machine an operating-system name decides, which no clock and no
 * crash can leave behind; a lock file beside it is what other machines and containers see; the owner document names the
 * holder and is the fence that every Replace asks.
 */
export class HubLock {
  readonly owner: LockOwner;
  readonly #options: HubLockOptions;
  readonly #claim: FolderClaim;
  readonly #unlock: () => Promise<void>;
  readonly #lost: AbortSignal;
  #isReleased = false;

  private constructor(
    options: HubLockOptions,
    owner: LockOwner,
    held: { claim: FolderClaim; unlock: () => Promise<void>; lost: AbortSignal },
  ) {
    this.#options = options;
    this.owner = owner;
    this.#claim = held.claim;
    this.#unlock = held.unlock;
    this.#lost = held.lost;
    this.#lost.addEventListener("abort", () => void this.#announceLoss());
  }

  /** Throws `RECORDINGS_IN_USE` (names the holder), `STORAGE_NO_ACCESS`, other `STORAGE_*`. */
  static async acquire(options: HubLockOptions): Promise<HubLock> {
    await makeHubFolder(options.folder);
    const owner = await newOwner(options.started);
    const result = await attempt("open", options.folder, () => claimFolder(options.folder, JSON.stringify(owner)));
    if (result.kind === "held")
      throw inUse(options.folder, parseOwner(result.answer ?? "") ?? (await readOwner(options)));
    const lost = new AbortController();
    try {
      const unlock = await lockFile(options, owner.scope, lost);
      await replaceFile(options.files, joinPath(options.folder, OWNER_FILE), encodeOwner(owner));
      return new HubLock(options, owner, { claim: result.claim, unlock, lost: lost.signal });
    } catch (error) {
      await result.claim.release();
      throw error;
    }
  }

  /** Whether the folder still belongs to this hub: its lock was not taken, and the owner document names it. */
  async isMine(): Promise<boolean> {
    if (this.#isReleased || this.#lost.aborted) return false;
    return (await readOwner(this.#options))?.instance === this.owner.instance;
  }

  /** Asked before every Replace: throws `STORAGE_FENCED` when the folder belongs to another hub now. */
  readonly fence = async (): Promise<void> => {
    if (!(await this.isMine())) throw await this.#fenced();
  };

  /** Lets go; idempotent. */
  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (!this.#lost.aborted) await this.#unlock();
    await this.#claim.release();
  }

  async #announceLoss(): Promise<void> {
    this.#options.onLost(await this.#fenced());
  }

  async #fenced(): Promise<SessionError> {
    return new SessionError("STORAGE_FENCED", { owner: ownerText(await readOwner(this.#options)) });
  }
}

/** Who holds a recordings folder, as its owner document says; undefined when there is none that can be read. */
export async function readOwner({
  files,
  folder,
}: Pick<HubLockOptions, "files" | "folder">): Promise<LockOwner | undefined> {
  const path = joinPath(folder, OWNER_FILE);
  return (await files.facts(path)) === undefined
    ? undefined
    : parseOwner(new TextDecoder().decode(await readWhole(files, path)));
}

/**
 * The lock that other machines see; `unlock` is returned. A holder of the same scope that is in our way is dead: alive, it would
 * hold the operating-system name that we hold now. Its lock is removed at once instead of growing stale. Should another
 * machine slip in at that moment, it finds its lock gone and stops: never two writers that do not know of each other.
 */
async function lockFile(options: HubLockOptions, scope: string, lost: AbortController): Promise<() => Promise<void>> {
  const path = joinPath(options.folder, LOCK_FILE);
  const settings = {
    lockfilePath: path,
    realpath: false,
    stale: STALE_AFTER_MS,
    update: REFRESH_EVERY_MS,
    onCompromised: () => lost.abort(),
  };
  try {
    return await lock(options.folder, settings);
  } catch (error) {
    if (!isLocked(error)) throw storageError("create", path, error);
    const owner = await readOwner(options);
    if (owner?.scope !== scope) throw inUse(options.folder, owner);
    await options.files.remove(path);
    return attempt("create", path, () => lock(options.folder, settings));
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ELOCKED";
}

async function newOwner(started: string): Promise<LockOwner> {
  return { host: hostname(), pid: process.pid, started, instance: nextRandomName(), scope: await claimScope() };
}

function encodeOwner(owner: LockOwner): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(owner, null, 2)}\n`);
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    return ownerDocument.safeParse(JSON.parse(text)).data;
  } catch {
    // A half-written or foreign text names nobody; whoever asks says "unknown".
    return undefined;
  }
}

function ownerText(owner: LockOwner | undefined): string {
  return owner === undefined ? "unknown" : `process ${owner.pid} on ${owner.host}, started ${owner.started}`;
}

function inUse(folder: string, owner: LockOwner | undefined): SessionError {
  return new SessionError("RECORDINGS_IN_USE", { path: folder, owner: ownerText(owner) });
}

async function makeHubFolder(folder: string): Promise<void> {
  await attempt("makeFolder", folder, () => mkdir(joinPath(folder, HUB_FOLDER), { recursive: true }));
}

async function attempt<Result>(operation: FileOperation, path: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw storageError(operation, path, error);
  }
}
