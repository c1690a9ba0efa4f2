import {
  UI_NAMESPACE,
  type CommandInput,
  type CommandResult,
  type HubSnapshot,
  type HubToUi,
  type UiToHub,
} from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { ServiceError } from "../errors.js";

type WithoutId<Value> = Value extends unknown ? Omit<Value, "command_id"> : never;
/** A command without its id, which the client adds. */
export type Order = WithoutId<CommandInput>;

const ANSWER_WITHIN_MS = 60_000;

/** An operator made of code: speaks to a hub over HTTP and Socket.IO exactly as the page does. */
export class HubClient {
  readonly #socket: Socket<HubToUi, UiToHub>;
  /** Per device, hub microseconds of the newest sample that the hub has shown. */
  readonly shownUs = new Map<string, number>();
  #snapshot: HubSnapshot | undefined;

  private constructor(socket: Socket<HubToUi, UiToHub>) {
    this.#socket = socket;
    socket.on("traces", (chunks) => {
      for (const { device, at_us: atUs } of chunks) this.shownUs.set(device, atUs.at(-1)!);
    });
    socket.on("snapshot", (value) => {
      if (value.revision > (this.#snapshot?.revision ?? 0)) this.#snapshot = value;
    });
  }

  /** Gets a token as the page does and connects. Throws `SIMULATION_FAILED`. */
  static async connect(url: string): Promise<HubClient> {
    const token = await fetchToken(url);
    const socket: Socket<HubToUi, UiToHub> = io(url + UI_NAMESPACE, {
      auth: { token },
      transports: ["websocket"],
      reconnection: false,
    });
    const client = new HubClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("connect_error", (cause) => reject(failed("connect to the hub", cause)));
    });
    await client.until((snapshot) => snapshot !== undefined, "a first snapshot");
    return client;
  }

  get snapshot(): HubSnapshot {
    return this.#snapshot!;
  }

  /** Sends a command under a new id, or the one given, and returns the answer as it is. */
  send(order: Order, commandId: string = randomUUID()): Promise<CommandResult> {
    return this.#socket.timeout(ANSWER_WITHIN_MS).emitWithAck("command", { command_id: commandId, ...order });
  }

  /** Sends a command and returns its result. Throws `SIMULATION_FAILED` with the hub's own message if it is refused. */
  async order(order: Order): Promise<JsonObject> {
    const answer = await this.send(order);
    if (answer.ok) return answer.result;
    throw new ServiceError("SIMULATION_FAILED", {
      what: order.kind.replaceAll("_", " "),
      reason: `${answer.error.code}: ${answer.error.message}`,
    });
  }

  /** Resolves with the first snapshot that fits. Throws `SIMULATION_FAILED` after `withinMs`. */
  until(fits: (snapshot: HubSnapshot) => boolean, what: string, withinMs = 30_000): Promise<HubSnapshot> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.#snapshot === undefined || !fits(this.#snapshot)) return;
        clearTimeout(limit);
        this.#socket.off("snapshot", look);
        resolve(this.#snapshot);
      };
      const limit = setTimeout(() => {
        this.#socket.off("snapshot", look);
        reject(failed(`see ${what}`, new Error(`not within ${withinMs} ms`)));
      }, withinMs);
      this.#socket.on("snapshot", look);
      look();
    });
  }

  close(): void {
    this.#socket.disconnect();
  }
}

async function fetchToken(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/api/token`, { method: "POST", headers: { origin: url } });
    return ((await response.json()) as { token: string }).token;
  } catch (cause) {
    throw failed("get a token", cause);
  }
}

function failed(what: string, cause: unknown): ServiceError {
  return new ServiceError(
    "SIMULATION_FAILED",
    { what, reason: cause instanceof Error ? cause.message : String(cause) },
    cause,
  );
}
