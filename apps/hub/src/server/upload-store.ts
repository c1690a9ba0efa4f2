import { DataStore, Upload } from "@tus/server";
import type { Readable } from "node:stream";
import { ServiceError } from "../errors.js";
import { readAddress, readMetadata } from "./upload-address.js";
import type { UploadBody } from "./upload-body.js";
import type { StoredUpload, UploadIntake, UploadName, UploadPort } from "./upload-port.js";

/**
 * What tus finds for one request of one device: the session store's own intake. The body does not travel through the tus
 * library, which would turn it into a web stream and back, at two to three times the processor time of receiving it, and
 * which lets go of a broken one before its last bytes are synced.
 */
export class UploadStore extends DataStore {
  readonly #device: string;
  readonly #port: UploadPort;
  readonly #body: UploadBody;
  #found: { readonly name: UploadName; readonly file: UploadIntake | StoredUpload } | undefined;

  constructor(parts: { readonly device: string; readonly port: UploadPort; readonly body: UploadBody }) {
    super();
    this.extensions = ["creation"];
    this.#device = parts.device;
    this.#port = parts.port;
    this.#body = parts.body;
  }

  /** How far the file is that the request was about, once it was found. */
  get progress(): { readonly fileId: string; readonly offset: number; readonly sizeBytes: number } | undefined {
    if (this.#found === undefined) return undefined;
    const { name, file } = this.#found;
    return { fileId: name.fileId, offset: offsetOf(file), sizeBytes: file.sizeBytes };
  }

  /**
   * Finds the file that a HEAD or PATCH is about before anything else is looked at: whatever is wrong with the request, its
   * answer names the offset. Throws what `receive` throws; an address that stands for no file is left to tus.
   */
  async lookUp({ method, url }: { readonly method: string; readonly url: string }): Promise<void> {
    const id = /^[^?]*\/([^/?]+)\/?(\?|$)/.exec(url)?.[1];
    const address = id === undefined || method === "POST" ? undefined : readAddress(id);
    if (address !== undefined) await this.#find(address);
  }

  /** A known upload is found again and loses nothing. Throws `REQUEST_INVALID`, `UPLOAD_SIZE_WRONG` and what `receive` throws. */
  override async create(upload: Upload): Promise<Upload> {
    const { sizeBytes } = await this.#find(readMetadata(upload.metadata));
    if (upload.size === sizeBytes) return upload;
    const { fileId } = readMetadata(upload.metadata);
    throw new ServiceError("UPLOAD_SIZE_WRONG", { file: fileId, gotBytes: upload.size ?? 0, sizeBytes });
  }

  /** Throws `ROUTE_NOT_FOUND` and what `receive` throws. */
  override async getUpload(id: string): Promise<Upload> {
    const address = readAddress(id);
    if (address === undefined) throw new ServiceError("ROUTE_NOT_FOUND", { path: id.slice(0, 200) });
    const file = await this.#find(address);
    return new Upload({ id, size: file.sizeBytes, offset: offsetOf(file) });
  }

  /** Throws what the intake throws. */
  override async write(unused: Readable, _id: string, offset: number): Promise<number> {
    unused.resume();
    const { name, file } = this.#found!;
    if (!("append" in file)) return file.sizeBytes;
    try {
      return await file.append(offset, this.#body.chunks());
    } finally {
      this.#port.onProgress(name, file.offset);
    }
  }

  async #find(address: { readonly session: string; readonly fileId: string }): Promise<UploadIntake | StoredUpload> {
    const { session, fileId } = this.#found?.name ?? {};
    if (this.#found !== undefined && session === address.session && fileId === address.fileId) return this.#found.file;
    const name = { device: this.#device, ...address };
    const file = await this.#port.receive(name);
    this.#found = { name, file };
    return file;
  }
}

function offsetOf(file: UploadIntake | StoredUpload): number {
  return "append" in file ? file.offset : file.sizeBytes;
}
