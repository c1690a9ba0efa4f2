import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PHONE_LIMITS, PHONE_NAMESPACE } from "@polychron/protocol";
import { Server } from "socket.io";

/** A bare Socket.IO server with the hub's settings: says yes to every hello, and counts the blocks that come. */
const http = createServer();
const io = new Server(http, {
  serveClient: false,
  pingInterval: PHONE_LIMITS.ping_interval_ms,
  pingTimeout: PHONE_LIMITS.ping_timeout_ms,
  maxHttpBufferSize: PHONE_LIMITS.max_message_bytes,
});
let blocks = 0;
let bytes = 0;
io.of(PHONE_NAMESPACE).on("connection", (socket) => {
  socket.on("hello", (_hello: object, ack: (answer: object) => void) => {
    ack({ ok: true });
    socket.emit("arm", { streams: ["imu"] }, () => undefined);
  });
  socket.on("block", (block: Buffer) => {
    blocks += 1;
    bytes += block.length;
  });
});
process.on("message", () => process.send!({ blocks, bytes }));
http.listen(0, "127.0.0.1", () => process.send!({ port: (http.address() as AddressInfo).port }));
