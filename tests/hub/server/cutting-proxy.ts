import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP proxy that cuts the connection that brings the next ordered byte; counted over all connections, towards the target. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #passedBytes = 0;
  #cutsAtBytes: number[];
  /** How many connections were cut. */
  cuts = 0;

  private constructor(server: Server, cutsAtBytes: readonly number[]) {
    this.#server = server;
    this.#cutsAtBytes = [...cutsAtBytes];
  }

  static async open(targetPort: number, cutsAtBytes: readonly number[]): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server, cutsAtBytes);
    server.on("connection", (client) => proxy.#join(client, connect(targetPort, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, target: Socket): void {
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
    target.pipe(client);
    client.on("data", (chunk: Buffer) => {
      this.#passedBytes += chunk.length;
      if (this.#passedBytes < (this.#cutsAtBytes[0] ?? Infinity)) return void this.#pass(chunk, client, target);
      this.#cutsAtBytes.shift();
      this.cuts += 1;
      // What came before the cut arrives; the rest of the connection never does.
      target.end(chunk.subarray(0, chunk.length >> 1), () => target.resetAndDestroy());
      client.resetAndDestroy();
    });
  }

  #pass(chunk: Buffer, client: Socket, target: Socket): void {
    if (target.write(chunk)) return;
    client.pause();
    target.once("drain", () => client.resume());
  }
}
