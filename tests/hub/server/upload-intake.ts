import { SessionError } from "@polychron/session/model";
import { createHash } from "node:crypto";
import { open, readFile, truncate } from "node:fs/promises";
import type { UploadIntake } from "../../../apps/hub/src/server/upload-port.js";

/** A file that was announced. */
export interface Announced {
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** The intake of one file as the store promises it, over a plain file; each write can be held up. */
export class FileIntake implements UploadIntake {
  readonly path: string;
  readonly #announced: Announced;
  offset = 0;
  isStored = false;
  #isBusy = false;
  /** Waited for before every chunk is written. */
  gate: Promise<void> = Promise.resolve();
  /** Thrown instead of writing. */
  fault: SessionError | undefined;

  constructor(path: string, announced: Announced) {
    this.path = path;
    this.#announced = announced;
  }

  get sizeBytes(): number {
    return this.#announced.sizeBytes;
  }

  async append(offset: number, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    const { fileId: file, sizeBytes } = this.#announced;
    if (this.#isBusy) throw new SessionError("UPLOAD_BUSY", { file });
    if (offset !== this.offset)
      throw new SessionError("UPLOAD_OFFSET_WRONG", { file, offsetBytes: this.offset, gotBytes: offset });
    this.#isBusy = true;
    try {
      await this.#write(chunks);
      if (this.offset === sizeBytes) await this.#check();
      return this.offset;
    } finally {
      this.#isBusy = false;
    }
  }

  async #write(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const { fileId: file, sizeBytes } = this.#announced;
    const target = await open(this.path, "a");
    let atByte = this.offset;
    try {
      for await (const chunk of chunks) {
        await this.gate;
        if (this.fault !== undefined) throw this.fault;
        if (atByte + chunk.length > sizeBytes) throw new SessionError("UPLOAD_TOO_LONG", { file, sizeBytes });
        atByte += (await target.write(chunk)).bytesWritten;
      }
    } finally {
      await target.datasync();
      await target.close();
      this.offset = atByte;
    }
  }

  async #check(): Promise<void> {
    const { fileId: file, sha256: wantedSha256 } = this.#announced;
    const gotSha256 = createHash("sha256")
      .update(await readFile(this.path))
      .digest("hex");
    this.isStored = gotSha256 === wantedSha256;
    if (this.isStored) return;
    await truncate(this.path, 0);
    this.offset = 0;
    throw new SessionError("UPLOAD_CHECKSUM", { file, device: "phone_1", gotSha256, wantedSha256 });
  }
}
