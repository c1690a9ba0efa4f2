import {
  DeviceError,
  type PhoneBrain,
  type PhoneLink,
  type PhoneLinkListener,
  type PhoneNotice,
  type PhoneOrder,
  type RefusedBlock,
  type PhoneWire,
} from "@polychron/devices";
import {
  decodeBlock,
  readBlockHead,
  PHONE_LIMITS,
  phoneEvent,
  phoneHello,
  phoneRefusal,
  phoneStatus,
  type PhoneHello,
} from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import type { HandTime } from "../hand-time.js";

/** One way through the network, milliseconds. */
const LATENCY_MS = 3;

const NOT_NOW = {
  ok: false,
  error: { code: "NOT_NOW", message: "not now", remedy: "later", params: {} },
  of: "",
};

/** A network of one phone in memory: the phone's wire at one end, the hub's link at the other; every message takes its time. */
export class MemoryLink implements PhoneLink, PhoneWire {
  readonly hardwareId = "token-1";
  /** Every word in the order in which it arrived, for tests to look at. */
  readonly heard: { readonly name: string; readonly value: unknown }[] = [];
  hello: PhoneHello | undefined;
  isUp = false;
  readonly name = "phone_1";
  brain: PhoneBrain | undefined;
  latencyMs = LATENCY_MS;
  readonly #time: HandTime;
  #listener: PhoneLinkListener | undefined;
  /** Counts connections: what was sent on an older one never arrives. */
  #connection = 0;
  #isConnected = false;
  #isWanted = false;
  #isReading = true;
  #deaf = { name: "", count: 0 };
  #unwilling = { name: "", count: 0 };
  #refusals = 0;
  #forged: { readonly name: string; readonly answer: unknown } | undefined;
  #unread: (() => void)[] = [];
  readonly #orders = new Set<(reason: unknown) => void>();

  constructor(time: HandTime) {
    this.#time = time;
  }

  // The phone's end.

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#connect();
  }

  close(): void {
    this.#isWanted = false;
    this.cut();
  }

  ask(name: "hello" | "status" | "event", value: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!this.#isConnected) return reject(new Error("not connected"));
      this.#travel(() => {
        const heard = this.#hear(name, JSON.parse(JSON.stringify(value)));
        void heard.catch(refusalOf).then((answer) => this.#travel(() => resolve(answer)));
      });
    });
  }

  sendBlock(bytes: Uint8Array): void {
    if (this.#isConnected) this.#travel(() => this.#block(bytes));
  }

  read(isReading: boolean): void {
    this.#isReading = isReading;
    if (!isReading) return;
    for (const run of this.#unread.splice(0)) run();
  }

  sleep(isAsleep: boolean): void {
    this.read(!isAsleep);
  }

  // The hub's end.

  listen(listener: PhoneLinkListener): () => void {
    this.#listener = listener;
    if (this.isUp && this.hello !== undefined) listener.onHello(this.hello, this.#time.nowUs());
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  order(
    name: PhoneOrder,
    value: JsonObject,
    { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      if (!this.isUp) return reject(new DeviceError("PHONE_AWAY", { device: "phone" }));
      const noAnswer = new DeviceError("PHONE_NO_ANSWER", { device: "phone", order: name, waitedMs: withinMs });
      const end = (settle: () => void): void => {
        cancel();
        this.#orders.delete(giveUp);
        settle();
      };
      const giveUp = (reason: unknown): void => end(() => reject(reason as Error));
      const cancel = this.#time.after(withinMs, () => giveUp(noAnswer));
      this.#orders.add(giveUp);
      signal.addEventListener("abort", () => giveUp(signal.reason), { once: true });
      this.#tell(name, value, (answer) => this.#travel(() => end(() => this.#answered(name, answer, resolve, reject))));
    });
  }

  notify(name: PhoneNotice, value: JsonObject): void {
    if (this.isUp) this.#tell(name, value);
  }

  // What tests do to the network.

  /** The connection breaks; a phone that wants one has the next soon. */
  cut(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#connection += 1;
    this.#unread = [];
    this.brain!.down();
    if (this.isUp) {
      this.isUp = false;
      for (const giveUp of this.#orders) giveUp(new DeviceError("PHONE_AWAY", { device: "phone" }));
      this.#listener?.onGone("the test cut it", this.#time.nowUs());
    }
    if (this.#isWanted) this.#connect();
  }

  /** Another connection takes the place of this one, which nobody saw to end. */
  supersede(): void {
    this.#connection += 1;
    for (const giveUp of this.#orders) giveUp(new DeviceError("PHONE_AWAY", { device: "phone" }));
    this.brain!.down();
    this.brain!.up();
  }

  /** One question to the phone's clock, or to another one that answers in its place. */
  probe(clock: { readonly clock_id?: string } = {}): void {
    const t1Us = this.#time.nowUs();
    this.#travel(() => {
      const reply = { ...this.brain!.probe({ id: 1, pad: "x".repeat(120) }), ...clock };
      this.#travel(() => this.#listener?.onProbe(reply, t1Us, this.#time.nowUs()));
    });
  }

  loseProbe(): void {
    this.#listener?.onProbe(undefined, this.#time.nowUs(), this.#time.nowUs());
  }

  /** So many orders of this name are never heard. */
  deafen(name: PhoneOrder, count: number): void {
    this.#deaf = { name, count };
  }

  /** So many orders of this name are refused by the phone. */
  refuseOrders(name: PhoneOrder, count: number): void {
    this.#unwilling = { name, count };
  }

  /** The next order of this name is answered so, whatever the phone does. */
  answer(name: PhoneOrder, answer: unknown): void {
    this.#forged = { name, answer };
  }

  /** Whoever stands before the driver has refused a block. */
  refuse(refused: RefusedBlock): void {
    this.#listener?.onRefused(refused, this.#time.nowUs());
  }

  refuseHellos(count: number): void {
    this.#refusals = count;
  }

  #connect(): void {
    this.#time.after(20, () => {
      if (!this.#isWanted || this.#isConnected) return;
      this.#isConnected = true;
      this.brain!.up();
    });
  }

  #travel(run: () => void): void {
    const connection = this.#connection;
    this.#time.after(this.latencyMs, () => {
      if (connection === this.#connection) run();
    });
  }

  #tell(name: string, value: JsonObject, answer?: (reply: unknown) => void): void {
    this.#travel(() => {
      if (this.#deaf.name === name && this.#deaf.count-- > 0) return;
      const read = (): void => {
        this.heard.push({ name, value });
        if (this.#unwilling.name === name && this.#unwilling.count-- > 0) return answer?.(NOT_NOW);
        this.brain!.hear(name, value, answer);
      };
      if (this.#isReading) read();
      else this.#unread.push(read);
    });
  }

  #answered(name: string, answer: unknown, resolve: (value: JsonObject) => void, reject: (error: Error) => void): void {
    const forged = this.#forged?.name === name ? this.#forged : undefined;
    if (forged !== undefined) return resolve(forged.answer as JsonObject);
    const refusal = phoneRefusal.safeParse(answer);
    if (!refusal.success) return resolve(JSON.parse(JSON.stringify(answer)) as JsonObject);
    const { code, message } = refusal.data.error;
    reject(new DeviceError("PHONE_REFUSED", { device: "phone", order: name, reason: `${code}: ${message}` }));
  }

  async #hear(name: string, value: unknown): Promise<unknown> {
    const atUs = this.#time.nowUs();
    if (name === "status") this.#listener?.onStatus(phoneStatus.parse(value), atUs);
    if (name === "event") await this.#listener?.onEvent(phoneEvent.parse(value), atUs);
    if (name !== "hello") return { ok: true };
    if (this.#refusals-- > 0) return { ok: false, error: { code: "NOT_NOW" }, of: "hello" };
    this.hello = phoneHello.parse(value);
    this.isUp = true;
    const nextSeq = this.#listener?.onHello(this.hello, atUs) ?? {};
    const hub = { name: "polychron", version: "0" };
    const rest = { protocol: "1.0", device: "phone_1", hub, limits: { ...PHONE_LIMITS }, upload_path: "/uploads" };
    return { ok: true, ...rest, next_seq: nextSeq };
  }

  #block(bytes: Uint8Array): void {
    const read = decodeBlock(bytes);
    try {
      if (read.kind === "bad") throw new DeviceError("PHONE_BLOCK_INVALID", { device: "phone", reason: read.reason });
      this.#listener?.onBlock(read.block, this.#time.nowUs());
    } catch (thrown) {
      if (!(thrown instanceof DeviceError)) throw thrown;
      this.#listener?.onRefused({ error: thrown.toJSON(), ...blockPlaceOf(bytes, this.hello) }, this.#time.nowUs());
      this.#tell("error", { ...refusalOf(thrown), of: "block" });
    }
  }
}

function blockPlaceOf(bytes: Uint8Array, hello: PhoneHello | undefined): Pick<RefusedBlock, "place"> {
  const head = readBlockHead(bytes);
  const fileType = head && hello?.streams[head.streamIndex]?.stream;
  if (head === undefined || fileType === undefined) return {};
  const { firstSeq: fromSeq, samples, skips } = head;
  return { place: { fileType, fromSeq, toSeq: fromSeq + samples, skips } };
}

function refusalOf(thrown: unknown): JsonObject {
  if (!(thrown instanceof DeviceError)) throw thrown;
  const { code, message, remedy, params } = thrown;
  return { ok: false, error: { code, message, remedy, params: { ...params } }, of: "" };
}
