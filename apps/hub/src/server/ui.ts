import { UI_NAMESPACE, type HubSnapshot, type HubToUi, type TraceChunk, type UiToHub } from "@polychron/protocol";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { Server, type Namespace } from "socket.io";
import { ServiceError } from "../errors.js";
import { requireOwnSite } from "../security/origin.js";
import type { TokenBook } from "../security/tokens.js";
import { listenToPage, type PageData, type PagePort, type PageSocket } from "./page-socket.js";
import { statusOf } from "./status-code.js";

/** What the pages are shown and what they may reach. */
export interface UiPort extends PagePort {
  snapshot(): HubSnapshot;
  onSnapshot(listener: (value: HubSnapshot) => void): () => void;
  recentTraces(): readonly TraceChunk[];
  onTrace(listener: (value: TraceChunk) => void): () => void;
}

type UiNamespace = Namespace<UiToHub, HubToUi, object, PageData>;

/** A page that does not read is dropped before it holds more than this. */
const MAXIMUM_WAITING_BYTES = 8e6;

/** The pages' Socket.IO: token before anything, one schema-checked message at a time, snapshots pushed whole. */
export function serveUi(
  http: HttpServer,
  port: UiPort,
  security: { tokens: TokenBook; hosts: () => ReadonlySet<string> },
): () => Promise<void> {
  const io = new Server(http, {
    serveClient: false,
    transports: ["websocket", "polling"],
    pingInterval: 2000,
    pingTimeout: 3000,
    connectTimeout: 10_000,
    maxHttpBufferSize: 256 * 1024,
  });
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    try {
      requireOwnSite(request.headers, security.hosts());
    } catch (thrown) {
      return refuse(request, response, thrown as ServiceError);
    }
    response.setHeader("x-content-type-options", "nosniff");
    next();
  });
  io.use((_socket, next) => next(refusal(new ServiceError("ROUTE_NOT_FOUND", { path: "/" }))));
  const ui = io.of(UI_NAMESPACE) as UiNamespace;
  ui.use((socket, next) => {
    const grant = security.tokens.check((socket.handshake.auth as { token?: unknown }).token);
    if (grant === undefined) return next(refusal(new ServiceError("TOKEN_REQUIRED")));
    socket.data = { grant, follows: new Map() };
    next();
  });
  ui.on("connection", (socket) => welcome(socket, port));
  const stops = [
    port.onSnapshot((value) => eachReader(ui, (socket) => socket.volatile.emit("snapshot", value))),
    port.onTrace((value) => eachReader(ui, (socket) => socket.volatile.emit("trace", value))),
  ];
  return async () => {
    for (const stop of stops) stop();
    await io.close();
  };
}

function welcome(socket: PageSocket, port: UiPort): void {
  listenToPage(socket, port);
  socket.emit("snapshot", port.snapshot());
  for (const chunk of port.recentTraces()) socket.emit("trace", chunk);
}

function eachReader(ui: UiNamespace, send: (socket: PageSocket) => void): void {
  for (const socket of ui.sockets.values()) {
    if (waitingBytes(socket) > MAXIMUM_WAITING_BYTES) drop(socket);
    else send(socket);
  }
}

/** The parts of an Engine.IO connection that its types keep to themselves: what waits, and the WebSocket below it. */
interface Connection {
  readonly writeBuffer: readonly { readonly data?: string | Buffer }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
}

/** What was handed to Engine.IO and what it handed on: neither has left this process. */
function waitingBytes(socket: PageSocket): number {
  const { writeBuffer, transport } = socket.conn as unknown as Connection;
  return writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), transport.socket?.bufferedAmount ?? 0);
}

/** At once: a polite farewell would wait behind what is not read. */
function drop(socket: PageSocket): void {
  const { transport } = socket.conn as unknown as Connection;
  if (transport.socket !== undefined) transport.socket.terminate();
  else socket.conn.close(true);
}

/** An upgrade has no response yet: its answer is written to the bare socket. */
function refuse(request: IncomingMessage, response: ServerResponse, error: ServiceError): void {
  const body = JSON.stringify({ error });
  const status = statusOf(error.code);
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  if (request.headers.upgrade === undefined) response.writeHead(status, headers).end(body);
  else {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    request.socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${body}`);
  }
}

function refusal(error: ServiceError): Error {
  return Object.assign(new Error(error.message), { data: error.toJSON() });
}
