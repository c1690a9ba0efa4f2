import { PHONE_LIMITS } from "@polychron/protocol";
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import { Server } from "socket.io";
import { errorReport, type ErrorReport } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import { requireOwnSite } from "../security/origin.js";
import type { Grant, Role, TokenSource } from "../security/tokens.js";
import { ConnectionEnds, type ConnectionEnd, type WatchedConnection } from "./connection-ends.js";
import { statusOf } from "./status-code.js";

/** What the sockets need to know of the hub. */
export interface SocketOptions {
  readonly hosts: () => ReadonlySet<string>;
  /** Hears of every connection that did not end by a farewell. */
  readonly onEnd: (end: ConnectionEnd) => void;
}

/** The hub's Socket.IO server, before anybody is served. */
export interface Sockets {
  readonly io: Server;
  readonly ends: ConnectionEnds;
  close(): Promise<void>;
}

/** One Socket.IO server for pages and phones: own names and pages only, heartbeat, the longest message; each namespace asks for a token. */
export function openSockets(http: HttpServer, { hosts, onEnd }: SocketOptions): Sockets {
  const ends = new ConnectionEnds(onEnd);
  const io = new Server(http, {
    serveClient: false,
    transports: ["websocket", "polling"],
    pingInterval: PHONE_LIMITS.ping_interval_ms,
    pingTimeout: PHONE_LIMITS.ping_timeout_ms,
    connectTimeout: 10_000,
    maxHttpBufferSize: PHONE_LIMITS.max_message_bytes,
    cleanupEmptyChildNamespaces: true,
  });
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    try {
      requireOwnSite(request.headers, hosts());
    } catch (thrown) {
      return refuseRequest(request, response, errorReport(thrown));
    }
    response.setHeader("x-content-type-options", "nosniff");
    next();
  });
  io.engine.on("connection", (connection: WatchedConnection) => ends.watch(connection));
  io.use(refuseNamespace);
  // Any name that nobody serves: by itself Socket.IO refuses it without a code. It is gone again with the refusal.
  io.of((_name, _auth, next) => next(null, true)).use(refuseNamespace);
  return { io, ends, close: () => closeAll(io, ends) };
}

function refuseNamespace({ nsp }: { readonly nsp: { readonly name: string } }, next: (refused: Error) => void): void {
  next(refusal(new ServiceError("ROUTE_NOT_FOUND", { path: nsp.name.slice(0, 200) })));
}

/** Whose namespace it is. */
export interface Entrance {
  readonly namespace: string;
  readonly mayEnter: (role: Role) => boolean;
  readonly tokens: TokenSource;
}

/** The part of a connecting socket that holds its token. */
export interface Entrant {
  readonly handshake: { readonly auth: object };
}

/** Who wants to enter a namespace. Throws `TOKEN_REQUIRED`, `ROLE_NOT_ALLOWED`, and what the tokens throw. */
export function requireGrant({ handshake }: Entrant, { namespace, mayEnter, tokens }: Entrance): Grant {
  const grant = tokens.check((handshake.auth as { token?: unknown }).token);
  if (grant === undefined) throw new ServiceError("TOKEN_REQUIRED");
  if (!mayEnter(grant.role)) throw new ServiceError("ROLE_NOT_ALLOWED", { role: grant.role, path: namespace });
  return grant;
}

/** A refusal to enter, as Socket.IO carries it: the report is the error's `data`. */
export function refusal(thrown: unknown): Error {
  const report = errorReport(thrown);
  return Object.assign(new Error(report.message), { data: report });
}

async function closeAll(io: Server, ends: ConnectionEnds): Promise<void> {
  for (const namespace of io._nsps.values())
    for (const socket of namespace.sockets.values()) ends.decide(socket.conn, "hub_stopped");
  await io.close();
}

/** An upgrade has no response yet: its answer is written to the bare socket. */
function refuseRequest(request: IncomingMessage, response: ServerResponse, error: ErrorReport): void {
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
