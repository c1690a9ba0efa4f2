import { LineSpace } from "../format/line-space.js";
import type { Timers } from "../model/index.js";
import type { FileSystem } from "./files.js";
import { LineFile, type FinishedFile, type LineGroup } from "./line-file.js";

/** How long lines may wait: `writeMs` from arrival to the file, `syncMs` from the file to the disk. */
export interface FlushPace {
  readonly writeMs: number;
  readonly syncMs: number;
}

export const FLUSH = { writeMs: 150, syncMs: 700, retryMs: 250 } as const;
/**
 * For samples that their device keeps until they are on the disk, and holds in files of its own as well: a write that is not synced
 * would help only against the hub's own death, at several times the cost.
 */
export const KEPT_FLUSH: FlushPace = { writeMs: 1_300, syncMs: 0 };
/** How many bytes may wait for a slow or full disk. */
export const QUEUE_MAX_BYTES = 8 << 20;

/** Hands lines over: false, and nothing taken, when the queue is full, or a single file has failed. */
export type PushLines = (bytes: Uint8Array, rows: number) => boolean;

/** What a line writer is made of. */
export interface LineWriterOptions {
  readonly files: FileSystem;
  readonly timers: Timers;
  /** The final path of the n-th file of the series; 1 is the first. */
  readonly pathOf: (part: number) => string;
  readonly header: Uint8Array;
  readonly queueMaxBytes?: number;
  /** `FLUSH` when absent. */
  readonly pace?: FlushPace;
  /** There is no next part: after a failed sync nothing more is taken, and what was not confirmed is lost. */
  readonly isSingle?: boolean;
  /** Called before lines are written: its owner pushes what it still holds (`expect`). Must not throw. */
  readonly onWriting?: (push: PushLines) => void;
  /** Called when the disk begins to fail, once until it has worked again. Must not throw. */
  readonly onFault: (error: unknown) => void;
  /** Called when more rows are on the disk (`syncedRows`). Must not throw. */
  readonly onSynced?: () => void;
}

/**
 * Lines on their way to the disk: written in groups, synced soon after, held back within a limit while the disk is
 * slow or full. A file whose sync failed is finished, and what was not confirmed goes into the next part.
 */
export class LineWriter {
  /** Where lines for this writer may be written: used again once they are on the disk. */
  readonly space = new LineSpace();
  readonly #options: LineWriterOptions;
  readonly #pace: FlushPace;
  readonly #finished: LineFile[] = [];
  #file: LineFile | undefined;
  #part = 1;
  #queue: LineGroup[] = [];
  #queuedBytes = 0;
  #work: Promise<void> = Promise.resolve();
  #cancelWrite: (() => void) | undefined;
  #cancelSync: (() => void) | undefined;
  #syncing: Promise<void> | undefined;
  #failedSync: { readonly file: LineFile; readonly error: unknown } | undefined;
  #fault: unknown;
  /** Rows that a single file which failed could not take; undefined while it takes them. */
  #droppedRows: number | undefined;

  private constructor(options: LineWriterOptions, file: LineFile) {
    this.#options = options;
    this.#pace = options.pace ?? FLUSH;
    this.#file = file;
  }

  /** The first file is on the disk with its header when this resolves. Throws `STORAGE_*`. */
  static async open(options: LineWriterOptions): Promise<LineWriter> {
    return new LineWriter(options, await LineFile.create(options.files, options.pathOf(1), options.header));
  }

  /** Rows in files, synced or not. */
  get writtenRows(): number {
    return this.#files.reduce((sum, file) => sum + file.rows, 0);
  }

  /** Bytes in files, synced or not. */
  get writtenBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  /** Of the rows pushed, in their order, how many are on the disk; it stands for ever before rows that are in doubt. */
  get syncedRows(): number {
    let rows = 0;
    for (const file of this.#files) {
      rows += file.syncedRows;
      if (file.unsyncedRows > 0) break;
    }
    return rows;
  }

  /** Why the disk refused the last write or sync; `undefined` while it works. */
  get fault(): unknown {
    return this.#fault;
  }

  /** As `PushLines`. */
  push(bytes: Uint8Array, rows: number): boolean {
    this.expect();
    return this.#take(bytes, rows);
  }

  /** Lines will be there when they are asked for (`onWriting`), within the pace. */
  expect(): void {
    if (this.#cancelWrite === undefined) this.#scheduleWrite(this.#pace.writeMs);
  }

  /** Everything pushed so far is on the disk, or the fault was reported, when this resolves. */
  async flush(): Promise<void> {
    this.#stopTimers();
    await this.#enqueue(() => this.#write());
    await this.#syncing;
    await this.#sync();
  }

  /** Ends the series; what the disk would not take even now is returned as `lostRows`. */
  async finish(): Promise<{ readonly files: FinishedFile[]; readonly lostRows: number }> {
    await this.#settle();
    // A failed sync put its rows back into the queue: one new part is given the chance to hold them.
    if (this.#queue.length > 0) await this.#settle();
    const lostRows = (this.#droppedRows ?? 0) + rowsOf(this.#queue);
    const files = [];
    for (const file of this.#files) files.push(await file.finish(this.#options.onFault));
    return { files, lostRows };
  }

  /** As `flush`; and nothing that a timer began meanwhile is under way any more. */
  async #settle(): Promise<void> {
    await this.flush();
    for (let work: Promise<void> | undefined; work !== this.#work;) {
      this.#stopTimers();
      work = this.#work;
      await work;
      await this.#syncing;
      await this.#sync();
    }
    this.#stopTimers();
  }

  #stopTimers(): void {
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    this.#cancelSync?.();
    this.#cancelSync = undefined;
  }

  /** In the order in which they were begun. */
  get #files(): readonly LineFile[] {
    return this.#file === undefined ? this.#finished : [...this.#finished, this.#file];
  }

  readonly #take: PushLines = (bytes, rows) => {
    const isFull = this.#queuedBytes + bytes.length > (this.#options.queueMaxBytes ?? QUEUE_MAX_BYTES);
    if (this.#droppedRows !== undefined || isFull) {
      this.space.letGo(bytes);
      return false;
    }
    this.#queue.push({ bytes, rows });
    this.#queuedBytes += bytes.length;
    return true;
  };

  #scheduleWrite(ms: number): void {
    this.#cancelWrite ??= this.#options.timers.after(ms, () => void this.#enqueue(() => this.#write()));
  }

  /** While one sync is under way the next waits its turn: every line written is followed by a sync that began after it. */
  #scheduleSync(): void {
    this.#cancelSync ??= this.#options.timers.after(this.#pace.syncMs, () => {
      this.#cancelSync = undefined;
      const before = this.#syncing ?? Promise.resolve();
      void before.then(() => this.#sync());
    });
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step);
    return this.#work;
  }

  async #write(): Promise<void> {
    this.#cancelWrite = undefined;
    if (this.#failedSync !== undefined) await this.#retreat();
    this.#options.onWriting?.(this.#take);
    if (this.#queue.length === 0) return;
    const runs = joined(this.#queue);
    this.#queue = [];
    try {
      this.#file ??= await this.#openNext();
      for (let run = runs[0]; run !== undefined; run = runs[0]) {
        await this.#file.append(run);
        this.#queuedBytes -= run.bytes.length;
        runs.shift();
        this.#scheduleSync();
      }
      this.#fault = undefined;
    } catch (error) {
      this.#queue = [...runs, ...this.#queue];
      this.#fail(error);
    }
  }

  /** Runs beside the writes: lines do not wait while a slow disk confirms those before them. */
  #sync(): Promise<void> {
    this.#syncing ??= this.#syncFile().finally(() => (this.#syncing = undefined));
    return this.#syncing;
  }

  async #syncFile(): Promise<void> {
    const file = this.#file;
    if (file === undefined || file.unsyncedRows === 0) return;
    try {
      for (const { bytes } of await file.sync()) this.space.letGo(bytes);
      this.#options.onSynced?.();
    } catch (error) {
      this.#failedSync = { file, error };
      await this.#enqueue(() => this.#retreat());
    }
  }

  /** Leaves a file whose sync failed; what was not confirmed goes to the head of the queue, before anything newer is written. */
  async #retreat(): Promise<void> {
    const failed = this.#failedSync;
    if (failed === undefined) return;
    this.#failedSync = undefined;
    this.#file = undefined;
    this.#finished.push(failed.file);
    const groups = await failed.file.retreat();
    this.#queue = [...groups, ...this.#queue];
    this.#queuedBytes += bytesOf(groups);
    if (this.#options.isSingle === true) this.#dropQueue();
    this.#fail(failed.error);
  }

  #dropQueue(): void {
    this.#droppedRows = (this.#droppedRows ?? 0) + rowsOf(this.#queue);
    for (const { bytes } of this.#queue) this.space.letGo(bytes);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  async #openNext(): Promise<LineFile> {
    const { files, pathOf, header } = this.#options;
    const file = await LineFile.create(files, pathOf(this.#part + 1), header);
    this.#part++;
    return file;
  }

  #fail(error: unknown): void {
    if (this.#queue.length > 0) {
      this.#cancelWrite?.();
      this.#cancelWrite = undefined;
      this.#scheduleWrite(FLUSH.retryMs);
    }
    const isNew = this.#fault === undefined;
    this.#fault = error;
    if (isNew) this.#options.onFault(error);
  }
}

/** Groups that lie side by side in memory as one, so that they are written at once and nothing is copied. */
function joined(groups: readonly LineGroup[]): LineGroup[] {
  const runs: LineGroup[] = [];
  for (let from = 0, to = 1; from < groups.length; from = to++) {
    while (to < groups.length && endsAt(groups[to - 1]!.bytes, groups[to]!.bytes)) to++;
    runs.push(asOne(groups.slice(from, to)));
  }
  return runs;
}

function endsAt(before: Uint8Array, after: Uint8Array): boolean {
  return before.buffer === after.buffer && before.byteOffset + before.length === after.byteOffset;
}

function asOne(groups: readonly LineGroup[]): LineGroup {
  const { buffer, byteOffset } = groups[0]!.bytes;
  return { bytes: new Uint8Array(buffer, byteOffset, bytesOf(groups)), rows: rowsOf(groups) };
}

function rowsOf(groups: readonly LineGroup[]): number {
  return groups.reduce((sum, { rows }) => sum + rows, 0);
}

function bytesOf(groups: readonly LineGroup[]): number {
  return groups.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
