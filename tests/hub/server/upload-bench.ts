import { SessionError, SessionImmutableError, SessionNotFoundError } from "@polychron/session/model";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import {
  Agent,
  request as httpRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { TokenBook } from "../../../apps/hub/src/security/tokens.js";
import { createHttp } from "../../../apps/hub/src/server/http.js";
import type { StoredUpload, UploadIntake, UploadName } from "../../../apps/hub/src/server/upload-port.js";
import { addUploads } from "../../../apps/hub/src/server/uploads.js";
import { HandTime } from "../../devices/hand-time.js";
import { FileIntake } from "./upload-intake.js";

export const SESSION = "pilot_1_20250731_143022";
export const SEALED = "pilot_2_20250731_143022";
export const PHONE = "phone_1";
export const OTHER_PHONE = "phone_2";

/** What was answered. */
export interface Reply {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A request; the token is the first phone's unless another is named. */
export interface Ask {
  readonly path?: string;
  readonly token?: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: Uint8Array;
}

/** The hub's HTTP door with uploads, onto plain files, in the names of two phones. */
export class UploadBench {
  readonly time = new HandTime();
  readonly files = new Map<string, FileIntake | StoredUpload>();
  readonly progress: number[] = [];
  readonly #tokens = new TokenBook(() => 0);
  readonly #devices = new Map<string, string>();
  readonly #folder = mkdtempSync(join(tmpdir(), "polychron-uploads-"));
  readonly #agent = new Agent();
  #app: FastifyInstance | undefined;

  static async open(): Promise<UploadBench> {
    const bench = new UploadBench();
    const app = await createHttp({
      tokens: bench.#tokens,
      hosts: () => new Set([`127.0.0.1:${bench.port}`, ...bench.proxies]),
      webRoot: join(bench.#folder, "no-page"),
    });
    addUploads(app, {
      timers: { after: (delayMs, run) => bench.#after(delayMs, run) },
      deviceOf: ({ tokenId }) => bench.#devices.get(tokenId),
      receive: (name) => bench.#receive(name),
      onProgress: (_name, receivedBytes) => bench.progress.push(receivedBytes),
    });
    await app.listen({ host: "127.0.0.1", port: 0 });
    bench.#app = app;
    return bench;
  }

  /** How often the door has begun to wait for a sender. */
  waits = 0;
  /** Other names under which the door may be called. */
  readonly proxies: string[] = [];

  get port(): number {
    return (this.#app!.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#app!.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** A token of a device, or of one that never said hello. */
  token(device: string | undefined = PHONE, role: "device" | "operator" = "device"): string {
    const token = this.#tokens.issue(role);
    if (device !== "") this.#devices.set(token.split(".")[0]!, device);
    return token;
  }

  /** Announces a file of the first phone. */
  announce(fileId: string, bytes: Uint8Array, sha256 = createHash("sha256").update(bytes).digest("hex")): FileIntake {
    const intake = new FileIntake(join(this.#folder, fileId), { fileId, sizeBytes: bytes.length, sha256 });
    this.files.set(`${PHONE} ${SESSION} ${fileId}`, intake);
    return intake;
  }

  /** A request that is begun; its body is the caller's to write. */
  begin(method: string, { path = "/uploads", token = this.token(), headers = {} }: Ask = {}): ClientRequest {
    return httpRequest({
      ...{ host: "127.0.0.1", port: this.port, agent: this.#agent, method, path },
      headers: { authorization: `Bearer ${token}`, "tus-resumable": "1.0.0", ...headers },
    });
  }

  async ask(method: string, ask: Ask = {}): Promise<Reply> {
    const request = this.begin(method, ask);
    request.end(ask.body);
    return replyTo(request);
  }

  /** POST for a file; the answer's `location` is where it goes on. */
  create(
    fileId: string,
    sizeBytes: number,
    { session = SESSION, ...ask }: Ask & { session?: string } = {},
  ): Promise<Reply> {
    const metadata = metadataOf({ session, file_id: fileId });
    return this.ask("POST", { ...ask, headers: { "upload-length": sizeBytes, "upload-metadata": metadata } });
  }

  patch(path: string, offset: number, body: Uint8Array, ask: Ask = {}): Promise<Reply> {
    return this.ask("PATCH", { path, body, ...ask, headers: { ...patchHeaders(offset), ...ask.headers } });
  }

  #after(delayMs: number, run: () => void): () => void {
    this.waits += 1;
    return this.time.after(delayMs, run);
  }

  #receive({ device, session, fileId }: UploadName): Promise<UploadIntake | StoredUpload> {
    if (session === SEALED) return Promise.reject(new SessionImmutableError({ session, command: "receive" }));
    if (session !== SESSION) return Promise.reject(new SessionNotFoundError(session));
    const file = this.files.get(`${device} ${session} ${fileId}`);
    if (file === undefined)
      return Promise.reject(new SessionError("UPLOAD_UNKNOWN_FILE", { device, session, file: fileId }));
    return Promise.resolve(file.isStored ? { isStored: true, sizeBytes: file.sizeBytes } : (file as FileIntake));
  }
}

export function metadataOf(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

export function patchHeaders(offset: number): Record<string, string | number> {
  return { "content-type": "application/offset+octet-stream", "upload-offset": offset };
}

/** The whole answer to a request. */
export async function replyTo(request: ClientRequest): Promise<Reply> {
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  const code = text.startsWith("{") ? (JSON.parse(text) as { error: { code: string } }).error.code : undefined;
  return { status: response.statusCode!, code, headers: response.headers };
}
