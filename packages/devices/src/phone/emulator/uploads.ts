import { pause, type Timers } from "../../timing.js";
import type { FileToUpload, FileUploader, PhoneTroubleListener } from "./ports.js";

/** What uploading needs. */
export interface UploadParts {
  readonly uploader: FileUploader;
  readonly timers: Timers;
  readonly onTrouble: PhoneTroubleListener;
}

/** The hub writes down what it was told of a file before it takes it. */
const BEFORE_EACH_MS = 300;
const AFTER_FAILURE_MS = 2_000;

/** The files that a phone has to send, one after the other, again until the hub has them; only while it is connected. */
export class Uploads {
  readonly #parts: UploadParts;
  #queue: FileToUpload[] = [];
  /** What the hub took on this connection: it says itself when it is safe. */
  #sent = new Set<string>();
  #connection: AbortController | undefined;
  #isWorking = false;
  #damages = 0;

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  /** Sends a file, unless that is done or under way. */
  add(file: FileToUpload): void {
    if (this.#sent.has(file.fileId) || this.#queue.some(({ fileId }) => fileId === file.fileId)) return;
    this.#queue.push(file);
    this.#wake();
  }

  /** Sends a file although the hub took it: it asks for it once more. */
  again(file: FileToUpload): void {
    this.#sent.delete(file.fileId);
    this.add(file);
  }

  /** The file is no more. */
  remove(fileId: string): void {
    this.#queue = this.#queue.filter((file) => file.fileId !== fileId);
  }

  /** The next file is sent with a wrong byte. */
  damageNext(): void {
    this.#damages += 1;
  }

  /** The phone is connected (true) or away. */
  setUp(isUp: boolean): void {
    this.#connection?.abort(new Error("the phone is away"));
    this.#connection = isUp ? new AbortController() : undefined;
    if (!isUp) this.#sent.clear();
    this.#wake();
  }

  #wake(): void {
    const signal = this.#connection?.signal;
    if (this.#isWorking || signal === undefined || this.#queue.length === 0) return;
    this.#isWorking = true;
    void this.#work(signal).finally(() => {
      this.#isWorking = false;
      this.#wake();
    });
  }

  async #work(signal: AbortSignal): Promise<void> {
    const [file] = this.#queue;
    try {
      await pause(this.#parts.timers, BEFORE_EACH_MS, signal);
      if (this.#queue[0] !== file) return;
      await this.#send(file!, signal);
      this.#sent.add(file!.fileId);
      this.remove(file!.fileId);
    } catch (thrown) {
      if (signal.aborted) return; // it goes on with the next connection
      this.#parts.onTrouble(`upload ${file!.fileId}`, thrown);
      await this.#rest(signal);
    }
  }

  #send(file: FileToUpload, signal: AbortSignal): Promise<void> {
    const isDamaged = this.#damages > 0;
    if (isDamaged) this.#damages -= 1;
    return this.#parts.uploader.send(file, { isDamaged, signal });
  }

  /** Resolves after a while, or when the connection is gone. */
  #rest(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(AFTER_FAILURE_MS, resolve);
      const onAbort = (): void => {
        cancel();
        resolve();
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
