import { EventEmitter } from "node:events";
import { WireTimes } from "../../../apps/hub/src/server/wire-times.js";

/** A connection whose bytes and flushes are made by hand, and a clock that goes on by one with every look. */
function begin(): { wire: WireTimes; conn: EventEmitter; bytes: EventEmitter; look: () => number } {
  let us = 0;
  const look = (): number => (us += 1);
  const [conn, bytes] = [new EventEmitter(), new EventEmitter()];
  const wire = new WireTimes({ conn, request: { socket: bytes } } as never, look);
  return { wire, conn, bytes, look };
}

test("a message leaves when it is written, not when its encoding begins", () => {
  const { wire, conn, look } = begin();
  const encoded: number[] = [];
  const leftUs = wire.sent(() => {
    encoded.push(look(), look());
    conn.emit("flush");
  });
  expect(leftUs).toBe(encoded[1]! + 1);
  expect(conn.listenerCount("flush")).toBe(0);
});

test("a message that was dropped has the time of its dropping, and leaves nothing behind", () => {
  const { wire, conn, look } = begin();
  const beforeUs = look();
  expect(wire.sent(() => undefined)).toBeGreaterThan(beforeUs);
  expect(conn.listenerCount("flush")).toBe(0);
});

test("a message came when its bytes did, whatever reads them first", () => {
  const { wire, bytes, look } = begin();
  const times: number[] = [];
  bytes.prependListener("data", () => look());
  bytes.on("data", () => times.push(look(), wire.cameUs));
  bytes.emit("data");
  expect(times[1]).toBeLessThan(times[0]!);
  bytes.emit("data");
  expect(times[3]).toBeGreaterThan(times[0]!);
});
