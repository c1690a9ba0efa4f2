import { once } from "node:events";
import { encodeBlock, PHONE_NAMESPACE } from "@polychron/protocol";
import { io, type Socket } from "socket.io-client";
import type { CrowdAnswer, CrowdOrder } from "./phone-crowd.js";

const RATE_HZ = 640;
const BLOCK_SAMPLES = 64;
/** Time and one value, 16 bytes a sample: a block is a kilobyte. */
const CHANNELS = ["ecg_uV"];
const BLOCK_EVERY_MS = (1000 * BLOCK_SAMPLES) / RATE_HZ;

type Acknowledge = (answer: object) => void;

/** A phone of the least kind that is one: streams from `arm` on, keeps its blocks until they are stored, and writes no files. */
class CrowdPhone {
  readonly #socket: Socket;
  readonly #number: number;
  readonly #keeps: boolean;
  readonly #kept: { readonly firstSeq: number; readonly bytes: Uint8Array }[] = [];
  #nextSeq = 0;
  #isArmed = false;
  sent = 0;
  sentAgain = 0;
  refused = 0;

  constructor({ url, keeps }: { url: string; keeps: boolean }, token: string, number: number) {
    this.#number = number;
    this.#keeps = keeps;
    this.#socket = io(url + PHONE_NAMESPACE, { auth: { token }, transports: ["websocket"], forceNew: true });
    this.#socket.on("arm", (_order: object, ack: Acknowledge) => ack((this.#arm(true), { ok: true })));
    this.#socket.on("disarm", (_order: object, ack: Acknowledge) => ack((this.#arm(false), { ok: true })));
    this.#socket.on("start", (_order: object, ack: Acknowledge) => ack({ ok: true, first: [] }));
    this.#socket.on("stop", (_order: object, ack: Acknowledge) =>
      ack({ ok: true, next_seq: { imu: this.#nextSeq }, files: [] }),
    );
    this.#socket.on("stored", ({ next_seq: { imu } }: { next_seq: { imu?: number } }) => this.#forget(imu ?? 0));
    this.#socket.on("resend", ({ from_seq: fromSeq }: { from_seq: number }) => this.#sendFrom(fromSeq));
    this.#socket.on("error", () => (this.refused += 1));
  }

  async join(): Promise<void> {
    if (!this.#socket.connected) await once(this.#socket as never, "connect");
    const welcome = (await this.#socket.emitWithAck("hello", hello())) as { ok: boolean };
    if (!welcome.ok) throw new Error(`the hub refused a phone: ${JSON.stringify(welcome)}`);
  }

  leave(): void {
    this.#arm(false);
    this.#socket.disconnect();
  }

  tick(): void {
    if (!this.#isArmed) return;
    const block = { firstSeq: this.#nextSeq, bytes: blockOf(this.#number, this.#nextSeq) };
    this.#nextSeq += BLOCK_SAMPLES;
    if (this.#keeps) this.#kept.push(block);
    this.#socket.emit("block", block.bytes);
    this.sent += 1;
  }

  #arm(isArmed: boolean): void {
    this.#isArmed = isArmed;
  }

  #forget(nextSeq: number): void {
    const first = this.#kept.findIndex(({ firstSeq }) => firstSeq + BLOCK_SAMPLES > nextSeq);
    this.#kept.splice(0, first < 0 ? this.#kept.length : first);
  }

  #sendFrom(fromSeq: number): void {
    for (const { firstSeq, bytes } of this.#kept)
      if (firstSeq + BLOCK_SAMPLES > fromSeq) {
        this.#socket.emit("block", bytes);
        this.sentAgain += 1;
      }
  }
}

function hello(): object {
  const channels = CHANNELS.map((name) => ({ name, unit: "SI", kind: "calibrated", description: "of the benchmark" }));
  return {
    protocol: "1.0",
    boot_id: "boot",
    clock: { id: "boot", quant_s: 1e-9 },
    ...{ model: "crowd phone", app: "bench", os: "node", capabilities: ["motion_data"], simulated: true },
    streams: [{ stream: "imu", nominal_rate_hz: RATE_HZ, channels }],
  };
}

/** What a phone's sensor gives: times in nanoseconds, single floats around a slow wave. */
function blockOf(phone: number, firstSeq: number): Uint8Array {
  const column = (value: (seq: number) => number): Float64Array =>
    Float64Array.from({ length: BLOCK_SAMPLES }, (_, row) => value(firstSeq + row));
  const deviceTimeS = column((seq) => Math.round((1_000 + phone + seq / RATE_HZ) * 1e9 + ((seq * 7919) % 1000)) / 1e9);
  const channels = CHANNELS.map((_, channel) =>
    column((seq) => Math.fround(9.81 * Math.sin(seq / (50 + channel)) + 0.01 * ((seq * 7919 + phone) % 101))),
  );
  return encodeBlock({ streamIndex: 0, firstSeq, skips: false, deviceTimeS, channels });
}

/** Many phones in one process, told by its parent what to do; their blocks spread over the interval as real ones would be. */
let phones: CrowdPhone[] = [];
let atPhone = 0;
let startedMs = performance.now();
let ticks = 0;

setInterval(() => {
  if (phones.length === 0) return;
  const due = Math.floor(((performance.now() - startedMs) / BLOCK_EVERY_MS) * phones.length);
  for (; ticks < due; ticks++) phones[atPhone++ % phones.length]!.tick();
}, 5);

process.on("message", (order: CrowdOrder) => {
  void obey(order).then(
    (counts) => process.send!({ ok: true, ...counts } satisfies CrowdAnswer),
    (thrown: unknown) => process.send!({ ok: false, reason: String(thrown) } satisfies CrowdAnswer),
  );
});

async function obey(order: CrowdOrder): Promise<{ sent: number; sentAgain: number; refused: number }> {
  if (order.kind === "join") {
    const joined = order.tokens.map((token, number) => new CrowdPhone(order, token, number));
    await Promise.all(joined.map((phone) => phone.join()));
    [phones, startedMs, ticks] = [joined, performance.now(), 0];
  }
  if (order.kind === "leave") for (const phone of phones.splice(0)) phone.leave();
  const sum = (count: (phone: CrowdPhone) => number): number => phones.reduce((all, phone) => all + count(phone), 0);
  return {
    sent: sum(({ sent }) => sent),
    sentAgain: sum(({ sentAgain }) => sentAgain),
    refused: sum(({ refused }) => refused),
  };
}
