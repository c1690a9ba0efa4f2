import type { FileToUpload, FileUploader } from "@polychron/devices";
import { PHONE_LIMITS } from "@polychron/protocol";
import { createReadStream } from "node:fs";
import { copyFile, open, rm } from "node:fs/promises";
import { DetailedError, Upload } from "tus-js-client";
import { ServiceError } from "../../errors.js";

/** Where files go, and in whose name. */
export interface UploadTarget {
  /** The address of the uploads, `http://…/uploads`. */
  readonly endpoint: string;
  readonly token: string;
}

/** A connection that breaks is taken up again after so long; then it is for the caller to try once more. */
const RETRY_DELAYS_MS = [200, 500, 1_000];
const PROGRESS_WITHIN_MS = 15_000;

/** The phone's way of sending files to a hub. */
export function fileUploader(target: UploadTarget): FileUploader {
  return {
    send: (file, { isDamaged, signal }) => (isDamaged ? sendDamagedFile : sendFile)(target, file, signal),
  };
}

/**
 * Sends a file by tus, from where the hub has it. Resolves when the hub says that it has every byte; throws
 * `SIMULATION_FAILED` with the hub's own answer, or that nothing moved, or the signal's reason.
 */
export async function sendFile(target: UploadTarget, file: FileToUpload, signal: AbortSignal): Promise<void> {
  await upload(target, file, { retryDelays: RETRY_DELAYS_MS, signal });
}

/** Sends the file with one byte turned over, as a broken memory would: the hub must refuse it. Throws as `sendFile`. */
export async function sendDamagedFile(target: UploadTarget, file: FileToUpload, signal: AbortSignal): Promise<void> {
  const path = `${file.path}.damaged`;
  try {
    await copyFile(file.path, path);
    await turnOverLastByte(path);
    await upload(target, { ...file, path }, { retryDelays: [], signal }); // a retry would send the wrong bytes again
  } finally {
    await rm(path, { force: true });
  }
}

async function upload(
  { endpoint, token }: UploadTarget,
  { session, fileId, path }: FileToUpload,
  { retryDelays, signal }: { readonly retryDelays: readonly number[]; readonly signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const source = createReadStream(path);
  const stall = new StallWatch(PROGRESS_WITHIN_MS);
  const giveUp = AbortSignal.any([signal, stall.signal]);
  let running: Upload | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      giveUp.addEventListener("abort", () => reject(giveUp.reason as Error), { once: true });
      running = new Upload(source as never, {
        ...{ endpoint, chunkSize: PHONE_LIMITS.max_upload_patch_bytes, retryDelays: [...retryDelays] },
        headers: { authorization: `Bearer ${token}` },
        metadata: { session, file_id: fileId },
        storeFingerprintForResuming: false,
        onProgress: () => stall.moved(),
        onChunkComplete: () => stall.moved(),
        onSuccess: () => resolve(),
        onError: (cause) => reject(failed(fileId, reasonOf(cause), cause)),
      });
      running.start();
    });
  } finally {
    stall.end();
    await running?.abort();
    source.destroy();
  }
}

/** Aborts when nothing moves for too long: a connection may die without a word. */
class StallWatch {
  readonly #limitMs: number;
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.moved();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  moved(): void {
    clearTimeout(this.#timer);
    const reason = failed("a file", `nothing moved for ${this.#limitMs} ms`);
    this.#timer = setTimeout(() => this.#abort.abort(reason), this.#limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

async function turnOverLastByte(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    const at = (await file.stat()).size - 1;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    buffer[0]! ^= 1;
    await file.write(buffer, 0, 1, at);
  } finally {
    await file.close();
  }
}

function reasonOf(error: Error): string {
  const answer = error instanceof DetailedError ? error.originalResponse : undefined;
  return answer ? `the hub answered ${answer.getStatus()}: ${answer.getBody()}` : error.message;
}

function failed(what: string, reason: string, cause?: unknown): ServiceError {
  return new ServiceError("SIMULATION_FAILED", { what: `upload ${what}`, reason }, cause);
}
