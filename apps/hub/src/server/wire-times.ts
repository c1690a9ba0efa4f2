import type { Socket } from "socket.io";

/** The part of a connection on which times are taken; any namespace's socket has it. */
type WiredSocket = Pick<Socket, "conn" | "request">;

/**
 * When something really left or came on a socket, as near to the network as the hub gets: encoding and decoding lie
 * outside. A time is never before the bytes were there, nor after they were handed on.
 */
export class WireTimes {
  readonly #socket: WiredSocket;
  readonly #nowUs: () => number;
  #cameUs: number;

  /** Begins to listen at once; the listener goes with the connection. */
  constructor(socket: WiredSocket, nowUs: () => number) {
    this.#socket = socket;
    this.#nowUs = nowUs;
    this.#cameUs = nowUs();
    // In front of the listener that decodes the bytes.
    socket.request.socket.prependListener("data", () => (this.#cameUs = nowUs()));
  }

  /** When the bytes came of which the newest message was the end, hub microseconds. */
  get cameUs(): number {
    return this.#cameUs;
  }

  /** Sends, and returns when the message was written: encoded, and about to go to the network. */
  sent(send: () => void): number {
    const { conn } = this.#socket;
    let leftUs: number | undefined;
    const onFlush = (): void => void (leftUs = this.#nowUs());
    conn.once("flush", onFlush);
    send();
    conn.off("flush", onFlush);
    return leftUs ?? this.#nowUs(); // a question that was dropped for a full socket has no answer either
  }
}
