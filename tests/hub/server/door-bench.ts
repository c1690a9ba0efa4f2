import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UI_NAMESPACE } from "@polychron/protocol";
import { io, type Socket as PageSocket } from "socket.io-client";
import { DiskFiles, type FileSystem } from "@polychron/session/store";
import { TokenBook } from "../../../apps/hub/src/security/tokens.js";
import type { ApiPort } from "../../../apps/hub/src/server/api.js";
import type { ConnectionEnd } from "../../../apps/hub/src/server/connection-ends.js";
import type { PhoneDoor } from "../../../apps/hub/src/server/phones.js";
import { ExportedFiles } from "../../../apps/hub/src/server/exported-files.js";
import { openDoors, type Doors } from "../../../apps/hub/src/server/doors.js";
import type { UiPort } from "../../../apps/hub/src/server/ui.js";
import { HubBench } from "../hub-bench.js";

/** An answer over HTTP, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly code: string | undefined;
}

/** What a request is made of; the path is sent as it is written. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A hub with open doors on a free port of this computer. */
export class DoorBench {
  readonly bench: HubBench;
  readonly doors: Doors;
  /** A folder on the real disk for what exports made. */
  readonly recordings: string;
  readonly #folder: string;
  readonly #tokens: TokenBook;
  readonly #pages: PageSocket[] = [];
  nowUs = 0;

  private constructor(bench: HubBench, doors: Doors, tokens: TokenBook, folder: string) {
    this.bench = bench;
    this.doors = doors;
    this.#tokens = tokens;
    this.#folder = folder;
    this.recordings = join(folder, "recordings");
  }

  static async open(
    change: Partial<UiPort & ApiPort> = {},
    silentForMs = 10_000,
    door?: { phones: PhoneDoor; onEnd: (end: ConnectionEnd) => void; host?: string },
  ): Promise<DoorBench> {
    const bench = await HubBench.open();
    const folder = mkdtempSync(join(tmpdir(), "polychron-doors-"));
    mkdirSync(join(folder, "recordings"));
    let made: DoorBench | undefined = undefined;
    const tokens: TokenBook = new TokenBook(() => (made as DoorBench | undefined)?.nowUs ?? 0, door?.phones.paired);
    const exported = new ExportedFiles(new DiskFiles() as FileSystem, join(folder, "recordings"));
    const doors = await openDoors(
      { host: "127.0.0.1", port: 0, webRoot: join(folder, "no-page"), tokens, silentForMs, ...door },
      {
        ...bench.hub.port,
        exports: (session) => exported.list(session),
        download: (session, path) => exported.download(session, path),
        ...change,
      },
    );
    made = new DoorBench(bench, doors, tokens, folder);
    return made;
  }

  async close(): Promise<void> {
    for (const page of this.#pages) page.disconnect();
    await this.doors.close();
    rmSync(this.#folder, { recursive: true });
  }

  get port(): number {
    return Number(new URL(this.doors.url).port);
  }

  /** A token as the page gets one. */
  token(): string {
    return this.#tokens.issue("operator");
  }

  /** One request with a token, unless the headers bring an `authorization` of their own ("" = none). */
  async ask(path: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Answer> {
    const authorization = headers["authorization"] ?? `Bearer ${this.token()}`;
    const all: Record<string, string> = {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    };
    delete all["authorization"];
    if (authorization !== "") all["authorization"] = authorization;
    const request = httpRequest({ host: "127.0.0.1", port: this.port, path, method, headers: all, agent: false });
    request.end(body);
    const [response] = (await once(request, "response")) as [IncomingMessage];
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode!, headers: response.headers, text, code: codeIn(text) };
  }

  /** A bare connection to the port. */
  async socket(): Promise<Socket> {
    const socket = connect(this.port, "127.0.0.1");
    await once(socket, "connect");
    return socket;
  }

  /** A page's socket; resolves with it, or rejects with the refusal. */
  async page(auth: object = { token: this.token() }, namespace = UI_NAMESPACE): Promise<PageSocket> {
    const page = io(this.doors.url + namespace, {
      auth,
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
    });
    this.#pages.push(page);
    await new Promise<void>((resolve, reject) => {
      page.once("connect", resolve);
      page.once("connect_error", reject);
    });
    return page;
  }
}

function codeIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { error?: { code?: string } }).error?.code;
  } catch {
    return undefined;
  }
}
