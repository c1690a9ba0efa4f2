import type { IncomingMessage, ServerResponse } from "node:http";

interface Received {
  readonly length: number;
  bytes: Buffer;
}

/** The least that is a tus 1.0 server, in memory: creation, HEAD, PATCH; cuts a connection in mid-PATCH when told to. */
export class SmallTus {
  readonly files = new Map<string, Received>();
  readonly tokens = new Set<string>();
  /** So many PATCHes are cut in the middle. */
  cuts = 0;
  /** Whether a whole file is refused, for its hash is wrong. */
  refuses: (bytes: Buffer) => boolean = () => false;
  /** Told of every file that is whole and was not refused. */
  onWhole: (id: string, bytes: Buffer) => void = () => undefined;

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("Tus-Resumable", "1.0.0");
    if (request.method === "POST") return this.#create(request, response);
    const id = decodeURIComponent(request.url!.split("/").pop()!);
    const file = this.files.get(id)!;
    const answer = request.method === "PATCH" ? await this.#take(file, request) : { status: 200 };
    const offsets = { "upload-offset": file.bytes.length, "upload-length": file.length };
    if (answer !== undefined) response.writeHead(answer.status, offsets).end(answer.text);
    if (request.method === "PATCH" && file.bytes.length === file.length) this.onWhole(id, file.bytes);
  }

  #create(request: IncomingMessage, response: ServerResponse): void {
    this.tokens.add(request.headers.authorization ?? "none");
    const words = String(request.headers["upload-metadata"]).split(/[ ,]/);
    const value = (name: string): string => Buffer.from(words[words.indexOf(name) + 1]!, "base64").toString();
    const id = `${value("session")} ${value("file_id")}`;
    if (!this.files.has(id))
      this.files.set(id, { length: Number(request.headers["upload-length"]), bytes: Buffer.alloc(0) });
    response.writeHead(201, { location: `/uploads/${encodeURIComponent(id)}` }).end();
  }

  async #take(file: Received, request: IncomingMessage): Promise<{ status: number; text?: string } | undefined> {
    const isCut = this.cuts > 0;
    if (isCut) this.cuts -= 1;
    for await (const chunk of request) {
      file.bytes = Buffer.concat([file.bytes, chunk as Buffer]);
      if (isCut) return void request.socket.destroy();
    }
    if (file.bytes.length < file.length || !this.refuses(file.bytes)) return { status: 204 };
    file.bytes = Buffer.alloc(0);
    return { status: 422, text: "wrong hash" };
  }
}
