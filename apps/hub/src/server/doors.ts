import type { FastifyInstance } from "fastify";
import type { AddressInfo } from "node:net";
import { ServiceError } from "../errors.js";
import { allowedHosts } from "../security/origin.js";
import { isWildcard, OwnAddresses } from "../security/own-addresses.js";
import type { TokenBook } from "../security/tokens.js";
import { addApi, type ApiPort } from "./api.js";
import type { ConnectionCounters, ConnectionEnd } from "./connection-ends.js";
import { createHttp } from "./http.js";
import { addPairing } from "./phone-pairing.js";
import { servePhones, type PhoneDoor } from "./phones.js";
import { openSockets } from "./sockets.js";
import { serveUi, type UiPort } from "./ui.js";
import type { UploadDoor } from "./upload-port.js";
import { addUploads } from "./uploads.js";

/** Where the hub listens. */
export interface DoorOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The folder of the built page. */
  readonly webRoot: string;
  readonly tokens: TokenBook;
  /** Further hosts, `name:port`, under which this hub may be called: those of a network that stands before it. */
  readonly alsoCalled?: () => readonly string[];
  /** Absent: no phone is let in. */
  readonly phones?: PhoneDoor;
  /** Absent: no file is taken. */
  readonly uploads?: UploadDoor;
  /** Hears of every socket that did not end by a farewell. */
  readonly onEnd?: (end: ConnectionEnd) => void;
  /** How long a connection may say nothing; 10 s when absent. */
  readonly silentForMs?: number;
}

/** All doors of the hub, HTTP and Socket.IO, on one port. */
export interface Doors {
  /** For programs and pages on this computer. */
  readonly url: string;
  /** Under which phones reach this hub, best first; this computer's own address where no other can. */
  addresses(): readonly string[];
  readonly counters: ConnectionCounters;
  close(): Promise<void>;
}

/** Throws `PORT_IN_USE`, `LISTEN_FAILED`. */
export async function openDoors(options: DoorOptions, port: ApiPort & UiPort): Promise<Doors> {
  const own = new OwnAddresses(options.host, () => performance.now());
  let bound = 0; // known once it listens; until then nobody can ask
  const hosts = (): ReadonlySet<string> => {
    if (bound === 0) return new Set();
    return new Set([...allowedHosts(options.host, bound, own.list()), ...(options.alsoCalled?.() ?? [])]);
  };
  const app = await createHttp({ ...options, hosts });
  addApi(app, port);
  if (options.uploads !== undefined) addUploads(app, options.uploads);
  const { counters, close } = serveSockets(app, options, port, hosts);
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (cause) {
    await close();
    throw listenError(options, cause);
  }
  bound = (app.server.address() as AddressInfo).port;
  const url = `http://${nearHost(options.host)}:${bound}`;
  return {
    url,
    addresses: () => (own.list().length === 0 ? [url] : own.list().map((address) => `http://${address}:${bound}`)),
    get counters() {
      return counters();
    },
    close: async () => {
      await close();
      await app.close();
    },
  };
}

function serveSockets(
  app: FastifyInstance,
  { phones, tokens, onEnd = () => undefined }: DoorOptions,
  port: UiPort,
  hosts: () => ReadonlySet<string>,
): { counters: () => ConnectionCounters; close: () => Promise<void> } {
  const sockets = openSockets(app.server, { hosts, onEnd });
  const stops = [serveUi(sockets, port, tokens)];
  if (phones !== undefined) {
    addPairing(app, phones.pairing);
    stops.push(servePhones(sockets, phones, tokens));
  }
  const close = async (): Promise<void> => {
    for (const stop of stops) stop();
    await sockets.close();
  };
  return { counters: () => sockets.ends.counters, close };
}

/** The name under which this computer itself reaches the hub; a wildcard is no address to go to. */
function nearHost(host: string): string {
  if (isWildcard(host)) return host === "::" ? "[::1]" : "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function listenError({ host, port }: DoorOptions, cause: unknown): ServiceError {
  if ((cause as NodeJS.ErrnoException).code === "EADDRINUSE")
    return new ServiceError("PORT_IN_USE", { host, port }, cause);
  return new ServiceError("LISTEN_FAILED", { host, port, reason: (cause as Error).message }, cause);
}
