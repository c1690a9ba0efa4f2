/** The parts of an Engine.IO connection that its types keep to themselves: what waits, and the WebSocket below it. */
interface Connection {
  readonly writeBuffer: readonly { readonly data?: string | Buffer }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number; terminate(): void } };
  close(discard: boolean): void;
}

/** Whoever has an Engine.IO connection: a socket of Socket.IO. */
export interface Reader {
  readonly conn: object;
}

/** What was handed to Engine.IO and what it handed on, bytes: neither has left this process. */
export function unreadBytes(reader: Reader): number {
  const { writeBuffer, transport } = reader.conn as Connection;
  return writeBuffer.reduce((sum, { data }) => sum + (data?.length ?? 0), transport.socket?.bufferedAmount ?? 0);
}

/** Ends the connection at once: a polite farewell would wait behind what is not read. */
export function dropNow(reader: Reader): void {
  const connection = reader.conn as Connection;
  const { socket } = connection.transport;
  if (socket !== undefined) socket.terminate();
  else connection.close(true);
}
