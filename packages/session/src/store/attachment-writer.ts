import { folderOf, unfinishedFile } from "../format/layout.js";
import { SessionError } from "../model/index.js";
import type { AwaitedFile } from "./file-requests.js";
import type { FileSystem } from "./files.js";
import { gatherChunks } from "./gather-chunks.js";
import { PartFile } from "./part-file.js";

/** What the intake of a file needs of the world. */
export interface AttachmentOptions {
  readonly files: FileSystem;
  readonly file: Pick<AwaitedFile, "deviceId" | "fileId" | "sizeBytes" | "sha256">;
  /** The final path. */
  readonly path: string;
  /** Throws `SESSION_*` when nothing is received any more. */
  requireOpen(): void;
  /** Moves a file of the session out of the way, where it is kept. */
  setAside(path: string): Promise<void>;
  /** The file is whole, checked and has its final name: describes and registers it. Asked again after a failure. */
  register(): Promise<void>;
  /** Hears of a file that came with another hash than announced. Must not throw. */
  onFault(error: unknown): void;
}

/**
 * The intake of one announced file, over as many connections and runs of the hub as it takes. Bytes go to `….part`; an
 * offset is told once everything before it is synced; the final name is given when the hash of the whole is right.
 */
export class AttachmentWriter {
  readonly #options: AttachmentOptions;
  readonly #given = new AbortController();
  #part: PartFile;
  #running: Promise<unknown> | undefined;
  /** It has its final name. */
  #isNamed: boolean;
  #isStored = false;
  /** How far the source that is being taken has come; undefined between two. */
  #arrived: { bytes: number } | undefined;

  private constructor(options: AttachmentOptions, part: PartFile) {
    this.#options = options;
    this.#part = part;
    this.#isNamed = false;
  }

  /** Goes on from what an earlier run of the hub has received. Throws `STORAGE_*`. */
  static async open(options: AttachmentOptions): Promise<AttachmentWriter> {
    const { files, path, setAside } = options;
    const { sizeBytes } = options.file;
    for (const found of [unfinishedFile(path), path]) {
      const bytes = (await files.facts(found))?.sizeBytes;
      if (bytes === undefined) continue;
      // The final name without a registration: the hub was killed in between.
      const isUsable = found === path ? bytes === sizeBytes : bytes <= sizeBytes;
      if (isUsable) return new AttachmentWriter(options, await PartFile.find(files, found));
      await setAside(found);
    }
    return new AttachmentWriter(options, await PartFile.find(files, unfinishedFile(path)));
  }

  /** Bytes on the disk, synced: here the upload goes on. */
  get offset(): number {
    return this.#part.isDoubtful ? 0 : this.#part.syncedBytes;
  }

  /** Bytes that have come, those among them that are not synced yet too; falls back to `offset` where they did not stay. */
  get receivedBytes(): number {
    return Math.max(this.offset, Math.min(this.#arrived?.bytes ?? 0, this.sizeBytes));
  }

  get sizeBytes(): number {
    return this.#options.file.sizeBytes;
  }

  /** Whole, checked, named and registered. */
  get isStored(): boolean {
    return this.#isStored;
  }

  /**
   * Writes from exactly `offset` on and resolves with the synced offset. A source that breaks ends early: what came before is
   * kept. With the last byte the whole is checked: right, and it is stored; wrong, and it is set aside and begins again. Throws
   * `UPLOAD_OFFSET_WRONG`, `UPLOAD_BUSY`, `UPLOAD_TOO_LONG`, `UPLOAD_CHECKSUM`, `SESSION_*`, `STORAGE_*`.
   */
  async append(offset: number, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number> {
    this.#options.requireOpen();
    const { fileId: file } = this.#options.file;
    if (this.#running !== undefined) throw new SessionError("UPLOAD_BUSY", { file });
    if (offset !== this.offset) {
      throw new SessionError("UPLOAD_OFFSET_WRONG", { file, offsetBytes: this.offset, gotBytes: offset });
    }
    return this.#alone(async () => {
      if (!this.#isStored) await this.#take(chunks, signal);
      const wrong = await this.#conclude();
      if (wrong !== undefined) throw wrong;
      return this.offset;
    });
  }

  /**
   * Where every byte is here already and the file is not stored yet, because the hub was killed or the disk refused: does what
   * is left to do. A wrong hash is reported, and the offset is 0 again. Throws `STORAGE_*`, `SESSION_*`.
   */
  async settle(): Promise<void> {
    const isDue = this.offset === this.sizeBytes && !this.#isStored;
    if (isDue && this.#running === undefined) await this.#alone(() => this.#conclude());
  }

  /** Lets go of the file; what came is kept. Idempotent. Throws `STORAGE_*`. */
  async close(): Promise<void> {
    this.#given.abort();
    await Promise.allSettled([this.#running]);
    await this.#part.close();
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = work();
    this.#running = done;
    try {
      return await done;
    } finally {
      this.#running = undefined;
    }
  }

  async #take(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Promise<void> {
    if (this.#part.isDoubtful) await this.#beginAgain();
    const part = this.#part;
    await part.prepare();
    const given = AbortSignal.any([this.#given.signal, ...(signal === undefined ? [] : [signal])]);
    this.#arrived = { bytes: part.sizeBytes };
    try {
      for await (const bytes of gatherChunks(counted(chunks, this.#arrived), given)) {
        this.#requireRoom(part.sizeBytes + bytes.length);
        await part.write(bytes);
      }
    } finally {
      try {
        await part.sync();
      } finally {
        this.#arrived = undefined;
      }
    }
  }

  #requireRoom(bytes: number): void {
    const { fileId: file, sizeBytes } = this.#options.file;
    if (bytes > sizeBytes) throw new SessionError("UPLOAD_TOO_LONG", { file, sizeBytes });
  }

  /** Does nothing before the last byte is here. Returns why the whole is not what was announced. */
  async #conclude(): Promise<SessionError | undefined> {
    if (this.#isStored || this.offset !== this.sizeBytes) return undefined;
    const wrong = this.#isNamed ? undefined : await this.#check();
    if (wrong !== undefined) {
      this.#options.onFault(wrong);
      await this.#beginAgain();
      return wrong;
    }
    await this.#name();
    await this.#options.register();
    this.#isStored = true;
    return undefined;
  }

  async #check(): Promise<SessionError | undefined> {
    await this.#part.prepare();
    const gotSha256 = this.#part.digest();
    const { deviceId: device, fileId: file, sha256: wantedSha256 } = this.#options.file;
    if (gotSha256 === wantedSha256) return undefined;
    return new SessionError("UPLOAD_CHECKSUM", { file, device, gotSha256, wantedSha256 });
  }

  async #name(): Promise<void> {
    const { files, path } = this.#options;
    await this.#part.close();
    if (!this.#isNamed && this.#part.path !== path) await files.rename(this.#part.path, path);
    this.#isNamed = true;
    await files.syncFolder(folderOf(path));
  }

  /** What came is kept, but no longer counts: wrong, or in doubt after a failed sync. */
  async #beginAgain(): Promise<void> {
    const { files, path, setAside } = this.#options;
    await this.#part.close();
    await setAside(this.#part.path);
    this.#part = await PartFile.find(files, unfinishedFile(path));
  }
}

/** Counts what comes before it is gathered: on a slow link a whole piece takes seconds. */
async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  arrived: { bytes: number },
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of chunks) {
    arrived.bytes += bytes.length;
    yield bytes;
  }
}
