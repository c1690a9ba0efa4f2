import { once } from "node:events";
import type { Socket as TcpSocket } from "node:net";
import { PHONE_LIMITS, PHONE_NAMESPACE } from "@polychron/protocol";
import WebSocket from "ws";
import { HandTime } from "../../devices/hand-time.js";
import { blockBytes, HELLO, PhoneBench, say } from "./phone-bench.js";

/** A phone below the level of its library, already let in. */
async function bare(at: PhoneBench, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${at.doors.port}/socket.io/?EIO=4&transport=websocket`);
  await once(socket, "message");
  socket.on("message", (data: Buffer) => String(data) === "2" && socket.send("3"));
  socket.send(`40${PHONE_NAMESPACE},${JSON.stringify({ token })}`);
  await once(socket, "message");
  return socket;
}

test("five hundred phones that say nothing leave the hub answering, and are closed for it", async () => {
  const timers = new HandTime();
  const at = await PhoneBench.open({ timers });
  const token = await at.token();
  const idle = await Promise.all(Array.from({ length: 500 }, () => bare(at, token)));
  const closed = Promise.all(idle.map((socket) => once(socket, "close")));

  const working = await at.join();
  working.socket.emit("block", blockBytes(0));
  await working.heard.until(({ seqs }) => seqs.length === 4);
  expect(await at.doors.ask("/api/health")).toMatchObject({ status: 200 });

  await timers.pass(10_000);
  await closed;
  expect(at.world.ends.filter(({ reason }) => reason === "no_hello")).toHaveLength(500);
  expect(await say(working.socket, "status", { device_time_s: 0 })).toEqual({ ok: true });
  await at.close();
});

test("a phone that does not read is dropped, and what the others send is heard whole", async () => {
  const at = await PhoneBench.open();
  const deaf = await bare(at, await at.token());
  deaf.send(`42${PHONE_NAMESPACE},1["hello",${JSON.stringify(HELLO)}]`);
  await once(deaf, "message");
  const { link, gone } = at.world.heard.get("phone_1")!;
  (deaf as unknown as { _socket: TcpSocket })._socket.pause();
  const other = await at.join();

  const notice = { next_seq: { ["x".repeat(100_000)]: 1 } };
  let told = 0;
  for (let seq = 0; seq < 150; seq++) {
    other.socket.emit("block", blockBytes(seq, 1));
    for (let n = 0; n < 2 && link.isUp; n++, told++) link.notify("stored", notice);
    await other.heard.until(({ seqs }) => seqs.length === seq + 1);
  }

  await at.world.heard.get("phone_1")!.until(() => gone.length === 1);
  expect(at.world.ends).toEqual([{ reason: "unread", address: "127.0.0.1", device: "phone_1" }]);
  expect(told * 100_000).toBeGreaterThan(PHONE_LIMITS.max_unread_bytes);
  expect(other.heard.seqs).toEqual(Array.from({ length: 150 }, (_, seq) => seq));
  await at.close();
});
