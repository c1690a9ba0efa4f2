import type { MonotonicClock } from "@polychron/devices";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { DelayedWay } from "./delayed-way.js";
import type { PreciseSchedule } from "./precise-schedule.js";

/** Which way bytes go: down from the hub, up to it. */
export type Direction = "down" | "up";

/** The delays of one connection over a link. */
export interface ConnectionDelays {
  /** Of what is sent at this time of the link's life, seconds. Times never run back within a direction. */
  delayS(direction: Direction, sendS: number): number;
}

/** What a port needs. */
export interface ImpairedPortParts {
  /** The hub's, on this computer. */
  readonly hubPort: number;
  readonly clock: MonotonicClock;
  readonly schedule: PreciseSchedule;
  /** The delays of a connection that begins; all of a link know the same queues at the same time. */
  newDelays(): ConnectionDelays;
  /** How old the link is when it opens, seconds. */
  readonly fromS: number;
}

const LOOPBACK = "127.0.0.1";

/** A TCP port that stands before the hub's: what passes is late as a link would make it. */
export class ImpairedPort {
  readonly #parts: ImpairedPortParts;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #openedUs: number;

  private constructor(parts: ImpairedPortParts) {
    this.#parts = parts;
    this.#openedUs = parts.clock.nowUs();
    // A farewell is on its way like everything else: each end is closed by itself.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => this.#join(near));
  }

  /** Listens on any free port. Rejects with the system's error. */
  static async open(parts: ImpairedPortParts): Promise<ImpairedPort> {
    const port = new ImpairedPort(parts);
    port.#server.listen(0, LOOPBACK);
    await once(port.#server, "listening");
    return port;
  }

  get number(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(near: Socket): void {
    const { hubPort, clock, schedule, newDelays, fromS } = this.#parts;
    const far = connect({ port: hubPort, host: LOOPBACK, noDelay: true, allowHalfOpen: true });
    const delays = newDelays();
    const delayUs = (direction: Direction) => (sentUs: number) =>
      1e6 * delays.delayS(direction, fromS + (sentUs - this.#openedUs) / 1e6);
    this.#watch(near, far);
    this.#watch(far, near);
    new DelayedWay({ from: near, to: far, clock, schedule, delayUs: delayUs("up") });
    new DelayedWay({ from: far, to: near, clock, schedule, delayUs: delayUs("down") });
  }

  /** A connection that breaks at one end breaks at the other. */
  #watch(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => other.resetAndDestroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      // Closed in order, the other end still gets what is on its way.
      if (!socket.readableEnded && !other.destroyed) other.resetAndDestroy();
    });
  }
}
