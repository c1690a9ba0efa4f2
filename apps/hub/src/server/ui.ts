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
  ui.on("connection", (socket) => welcome(socket, port));
  const send = (run: (socket: PageSocket) => void): void => eachReader(ui, sockets, run);
  const stops = [
    port.onSnapshot((value) => send((socket) => socket.volatile.emit("snapshot", value))),
    port.onTraces((value) => send((socket) => socket.volatile.emit("traces", value))),
    port.onPreview((value) => send((socket) => socket.volatile.emit("preview", value))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
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
