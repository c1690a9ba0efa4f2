import { once } from "node:events";
import { encodeBlock, PHONE_NAMESPACE } from "@polychron/protocol";
import { io, type Socket } from "socket.io-client";
import type { UploadContent } from "./upload-content.js";

const BLOCK_EVERY_MS = 100;
const STORED_WITHIN_MS = 60_000;

type Acknowledge = (answer: object) => void;

/** A phone that streams next to nothing and holds one big video after the stop. */
export class UploadPhone {
  readonly fileId = "bench-rgb";
  readonly #socket: Socket;
  #timer: NodeJS.Timeout | undefined;
  #nextSeq = 0;
  #stored = false;

  private constructor(socket: Socket, content: UploadContent) {
    this.#socket = socket;
    const yes = (_order: object, ack: Acknowledge): void => ack({ ok: true });
    for (const order of ["disarm", "upload"]) socket.on(order, yes);
    socket.on("arm", (_order: object, ack: Acknowledge) => {
      this.#timer ??= setInterval(() => this.#sendBlock(), BLOCK_EVERY_MS);
      ack({ ok: true });
    });
    socket.on("start", (_order: object, ack: Acknowledge) => ack({ ok: true, first: [] }));
    socket.on("stop", (_order: object, ack: Acknowledge) =>
      ack({ ok: true, next_seq: { level: this.#nextSeq }, files: [this.#held(content)] }),
    );
    socket.on("file_stored", ({ sha256 }: { sha256: string }, ack: Acknowledge) => {
      this.#stored = sha256 === content.sha256;
      ack({ ok: true });
    });
  }

  static async join(url: string, token: string, content: UploadContent): Promise<UploadPhone> {
    const socket = io(url + PHONE_NAMESPACE, { auth: { token }, transports: ["websocket"], forceNew: true });
    const phone = new UploadPhone(socket, content);
    if (!socket.connected) await once(socket as never, "connect");
    const welcome = (await socket.timeout(10_000).emitWithAck("hello", HELLO)) as { ok: boolean };
    if (!welcome.ok) throw new Error(`the hub refused the phone: ${JSON.stringify(welcome)}`);
    return phone;
  }

  /** The hub has said that the file is safe, with the right hash. */
  async fileStored(): Promise<void> {
    const limitMs = performance.now() + STORED_WITHIN_MS;
    while (!this.#stored) {
      if (performance.now() > limitMs)
        throw new Error(`the hub did not say 'file_stored' within ${STORED_WITHIN_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  leave(): void {
    clearInterval(this.#timer);
    this.#socket.disconnect();
  }

  #sendBlock(): void {
    const firstSeq = this.#nextSeq++;
    const deviceTimeS = Float64Array.of(performance.now() / 1000);
    const block = { streamIndex: 0, firstSeq, skips: false, deviceTimeS, channels: [Float64Array.of(firstSeq)] };
    this.#socket.emit("block", encodeBlock(block));
  }

  #held({ sizeBytes, sha256 }: UploadContent): object {
    const file = { file_id: this.fileId, file_type: "rgb", folder: "rgb_videos", ext: "mp4" };
    return { ...file, size_bytes: sizeBytes, sha256 };
  }
}

const HELLO = {
  protocol: "1.0",
  boot_id: "boot",
  clock: { id: "boot", quant_s: 1e-6 },
  ...{ model: "bench phone", app: "bench", os: "node", capabilities: ["rgb_video"], simulated: true },
  streams: [
    {
      stream: "level",
      nominal_rate_hz: 1000 / BLOCK_EVERY_MS,
      channels: [{ name: "level", unit: "", kind: "raw", description: "a number that grows" }],
    },
  ],
};
