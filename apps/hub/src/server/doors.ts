import type { AddressInfo } from "node:net";
import { allowedHosts } from "../security/origin.js";
import type { TokenBook } from "../security/tokens.js";
import { ServiceError } from "../errors.js";
import { addApi, type ApiPort } from "./api.js";
import { createHttp } from "./http.js";
import { serveUi, type UiPort } from "./ui.js";

/** Where the hub listens. */
export interface DoorOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** The folder of the built page. */
  readonly webRoot: string;
  readonly tokens: TokenBook;
  /** How long a connection may say nothing; 10 s when absent. */
  readonly silentForMs?: number;
}

/** Both doors of the hub, HTTP and Socket.IO, on one port. */
export interface Doors {
  readonly url: string;
  close(): Promise<void>;
}

/** Throws `PORT_IN_USE`, `LISTEN_FAILED`. */
export async function openDoors(options: DoorOptions, port: ApiPort & UiPort): Promise<Doors> {
  let hosts: ReadonlySet<string> = new Set();
  const app = await createHttp({ ...options, hosts: () => hosts });
  addApi(app, port);
  const closeUi = serveUi(app.server, port, { tokens: options.tokens, hosts: () => hosts });
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (cause) {
    await closeUi();
    throw listenError(options, cause);
  }
  const bound = (app.server.address() as AddressInfo).port;
  hosts = allowedHosts(options.host, bound);
  return {
    url: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${bound}`,
    close: async () => {
      await closeUi();
      await app.close();
    },
  };
}

function listenError({ host, port }: DoorOptions, cause: unknown): ServiceError {
  if ((cause as NodeJS.ErrnoException).code === "EADDRINUSE")
    return new ServiceError("PORT_IN_USE", { host, port }, cause);
  return new ServiceError("LISTEN_FAILED", { host, port, reason: (cause as Error).message }, cause);
}
