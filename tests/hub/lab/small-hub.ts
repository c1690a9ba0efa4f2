import { once } from "node:events";
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "socket.io";
import { CLOCK_NAMESPACE, PAIR_PATH, PHONE_NAMESPACE, UPLOAD_PATH } from "@polychron/protocol";
import { SmallTus } from "./small-tus.js";

const PATIENCE_MS = 10_000;

/** What a phone said, in order. */
export interface Said {
  readonly name: string;
  readonly value: unknown;
}

/** The least that is a hub for one phone: lets it in for one code, welcomes it, notes what it says, and asks what a test wants. */
export class SmallHub {
  readonly tus = new SmallTus();
  readonly said: Said[] = [];
  readonly tokens: string[] = [];
  readonly url: string;
  readonly #http: HttpServer;
  readonly #io: Server;
  readonly #heard = new Set<() => void>();
  /** What of each stream is safe, as the next welcome says it. */
  nextSeq: Record<string, number> = {};

  private constructor(http: HttpServer) {
    this.#http = http;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.#io = new Server(http, { pingInterval: 2_000, pingTimeout: 3_000 });
    this.#io.of(PHONE_NAMESPACE).on("connection", (socket) => this.#welcome(socket));
    this.#io.of(CLOCK_NAMESPACE).on("connection", (socket) => this.#hear("clock", socket.id));
    this.tus.onWhole = (id) => this.#hear("uploaded", id);
    http.on("request", (request, response) => this.#answer(request, response));
  }

  static async open(): Promise<SmallHub> {
    const http = createServer();
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    return new SmallHub(http);
  }

  get phone(): Socket {
    return [...this.#io.of(PHONE_NAMESPACE).sockets.values()].at(-1)!;
  }

  /** Gives an order and waits for the answer. */
  ask(name: string, value: object): Promise<unknown> {
    return this.phone.timeout(PATIENCE_MS).emitWithAck(name, value);
  }

  /** The bytes of an upload, once it is whole. */
  async whole(id: string): Promise<Buffer> {
    await this.until((said) => said.some(({ name, value }) => name === "uploaded" && value === id));
    return this.tus.files.get(id)!.bytes;
  }

  /** Asks the phone's clock. */
  async probe(id: number): Promise<unknown> {
    const clock = [...this.#io.of(CLOCK_NAMESPACE).sockets.values()].at(-1)!;
    const reply = once(clock as never, "probe_reply");
    clock.emit("probe", { id, pad: "0".repeat(40) });
    return (await reply)[0] as unknown;
  }

  /** Resolves when what was said satisfies a test. */
  until(fits: (said: readonly Said[]) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (tell: () => void): void => {
        clearTimeout(limit);
        this.#heard.delete(look);
        tell();
      };
      const look = (): void => void (fits(this.said) && settle(resolve));
      const names = (): string => this.said.map(({ name }) => name).join();
      const limit = setTimeout(() => settle(() => reject(new Error(`never heard; only ${names()}`))), PATIENCE_MS);
      this.#heard.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await this.#io.close();
  }

  #welcome(socket: Socket): void {
    this.tokens.push(String(socket.handshake.auth["token"]));
    this.#hear("connected", socket.id);
    socket.onAny((name: string, value: unknown, ack?: (reply: unknown) => void) => {
      ack?.(name === "hello" ? this.#helloAnswer() : { ok: true });
      this.#hear(name, value);
    });
  }

  #helloAnswer(): object {
    const hub = { name: "polychron", version: "0" };
    const welcome = { ok: true, protocol: "1.0", device: "phone_1", hub, limits: {} };
    return { ...welcome, next_seq: this.nextSeq, upload_path: UPLOAD_PATH };
  }

  #hear(name: string, value: unknown): void {
    this.said.push({ name, value });
    for (const look of [...this.#heard]) look();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url!.startsWith(UPLOAD_PATH)) void this.tus.answer(request, response);
    else if (request.url === PAIR_PATH) void this.#pair(request, response);
    else if (!request.url!.startsWith("/socket.io")) response.writeHead(404).end();
  }

  async #pair(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { code: string };
    const isRight = code === "GOODCODE";
    const answer = isRight ? { token: "token-1", expires_at: "2027-01-01" } : { error: { code: "PAIRING_CODE_WRONG" } };
    response.writeHead(isRight ? 200 : 403, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }
}
