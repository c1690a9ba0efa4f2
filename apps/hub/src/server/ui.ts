import {
  UI_NAMESPACE,
  type HubSnapshot,
  type HubToUi,
  type PreviewView,
  type TraceChunk,
  type UiToHub,
} from "@polychron/protocol";
import type { Namespace } from "socket.io";
import type { TokenSource } from "../security/tokens.js";
import { listenToPage, type PageData, type PagePort, type PageSocket } from "./page-socket.js";
import { refusal, requireGrant, type Sockets } from "./sockets.js";
import { dropNow, unreadBytes } from "./unread.js";

/** What the pages are shown and what they may reach. */
export interface UiPort extends PagePort {
  snapshot(): HubSnapshot;
  onSnapshot(listener: (value: HubSnapshot) => void): () => void;
  recentTraces(): readonly TraceChunk[];
  onTraces(listener: (value: readonly TraceChunk[]) => void): () => void;
  onPreview(listener: (value: PreviewView) => void): () => void;
}

type UiNamespace = Namespace<UiToHub, HubToUi, object, PageData>;

/** A page that does not read is dropped before it holds more than this. */
const MAXIMUM_UNREAD_BYTES = 8e6;

/** The pages' namespace: token before anything, one schema-checked message at a time, snapshots pushed whole. */
export function serveUi(sockets: Sockets, port: UiPort, tokens: TokenSource): () => void {
  const ui = sockets.io.of(UI_NAMESPACE) as UiNamespace;
  ui.use((socket, next) => {
    try {
      const grant = requireGrant(socket, { namespace: UI_NAMESPACE, mayEnter: (role) => role !== "device", tokens });
      socket.data = { grant, follows: new Map() };
      next();
    } catch (thrown) {
      next(refusal(thrown));
    }
  });
  const feeds = new PageFeeds(port, (run) => eachReader(ui, sockets, run));
  ui.on("connection", (socket) => {
    feeds.join();
    socket.once("disconnect", () => feeds.leave());
    welcome(socket, port);
  });
  return () => feeds.stop();
}

/** What all pages are shown; nothing is made while there is none. */
class PageFeeds {
  readonly #port: UiPort;
  readonly #send: (run: (socket: PageSocket) => void) => void;
  #pages = 0;
  #stops: readonly (() => void)[] = [];

  constructor(port: UiPort, send: (run: (socket: PageSocket) => void) => void) {
    this.#port = port;
    this.#send = send;
  }

  join(): void {
    this.#pages += 1;
    if (this.#pages > 1) return;
    this.#stops = [
      this.#port.onSnapshot((value) => this.#send((socket) => socket.volatile.emit("snapshot", value))),
      this.#port.onTraces((value) => this.#send((socket) => socket.volatile.emit("traces", value))),
      this.#port.onPreview((value) => this.#send((socket) => socket.volatile.emit("preview", value))),
    ];
  }

  leave(): void {
    this.#pages -= 1;
    if (this.#pages === 0) this.stop();
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }
}

function welcome(socket: PageSocket, port: UiPort): void {
  listenToPage(socket, port);
  socket.emit("snapshot", port.snapshot());
  socket.emit("traces", port.recentTraces());
}

function eachReader(ui: UiNamespace, { ends }: Sockets, send: (socket: PageSocket) => void): void {
  for (const socket of ui.sockets.values()) {
    if (unreadBytes(socket) <= MAXIMUM_UNREAD_BYTES) send(socket);
    else {
      ends.decide(socket.conn, "unread");
      dropNow(socket);
    }
  }
}
