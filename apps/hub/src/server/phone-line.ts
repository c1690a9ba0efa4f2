import {
  DeviceError,
  type PhoneLink,
  type PhoneLinkListener,
  type PhoneNotice,
  type PhoneOrder,
  type RefusedBlock,
} from "@polychron/devices";
import type { PhoneHello, ProbeReply } from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import { readAnswer } from "./phone-answers.js";

/** What a phone answered to an order, if it did in time. */
export type PhoneReply = { readonly kind: "answer"; readonly value: unknown } | { readonly kind: "none" };

/** One connection of a phone, as its line uses it. */
export interface PhoneConnection {
  /** Gives an order; resolves at the latest after `withinMs`. */
  ask(name: PhoneOrder, value: JsonObject, withinMs: number): Promise<PhoneReply>;
  tell(name: PhoneNotice, value: JsonObject): void;
  /** Another connection of this phone has taken its place: says so and ends. */
  supersede(): void;
}

/** One phone across all its connections: the newest counts. */
export class PhoneLine implements PhoneLink {
  readonly hardwareId: string;
  /** How messages name it: the hub's id once it is known, until then the model, of which there may be many, with the pairing's id. */
  name: string;
  #connection: PhoneConnection | undefined;
  #newest: { readonly hello: PhoneHello; readonly atUs: number } | undefined;
  #listener: PhoneLinkListener | undefined;
  #isKnown = false;
  #nextSeq: Readonly<Record<string, number>> = {};
  readonly #orders = new Set<(reason: unknown) => void>();

  constructor(hardwareId: string) {
    this.hardwareId = hardwareId;
    this.name = hardwareId;
  }

  get isUp(): boolean {
    return this.#connection !== undefined;
  }

  get hello(): PhoneHello | undefined {
    return this.#newest?.hello;
  }

  /** What is safe of each stream, as the listener answered the newest hello. */
  get nextSeq(): Readonly<Record<string, number>> {
    return this.#nextSeq;
  }

  /** The hub knows it under this id. */
  known(device: string): void {
    this.#isKnown = true;
    this.name = device;
  }

  /** A listener that comes while the phone is here hears its hello at once. */
  listen(listener: PhoneLinkListener): () => void {
    this.#listener = listener;
    if (this.isUp) this.#announce();
    return () => {
      if (this.#listener === listener) this.#listener = undefined;
    };
  }

  /** A hello came on a connection, which is this phone's from now on. */
  greet(connection: PhoneConnection, hello: PhoneHello, atUs: number): void {
    const older = this.#connection;
    this.#connection = connection;
    this.#newest = { hello, atUs };
    if (!this.#isKnown) this.name = `${hello.model} (${this.hardwareId})`;
    if (older !== undefined && older !== connection) {
      this.#giveUpOrders();
      older.supersede();
    }
    this.#announce();
  }

  /** A connection is gone; that of one superseded is no news. */
  left(connection: PhoneConnection, reason: string, atUs: number): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#giveUpOrders();
    this.#listener?.onGone(reason, atUs);
  }

  /** Who takes what comes on a connection. Throws `DEVICE_SUPERSEDED`, `PHONE_NOT_IN_USE`. */
  listenerFor(connection: PhoneConnection): PhoneLinkListener {
    if (this.#connection !== connection) throw new ServiceError("DEVICE_SUPERSEDED");
    if (this.#listener === undefined) throw new ServiceError("PHONE_NOT_IN_USE");
    return this.#listener;
  }

  /** A block that came on a connection was refused; on one that is superseded it is sent again on the newer. */
  refused(connection: PhoneConnection, refused: RefusedBlock, atUs: number): void {
    if (this.#connection === connection) this.#listener?.onRefused(refused, atUs);
  }

  /** The phone's clock was asked at `t1Us`; undefined reply = none within the limit. */
  probed(reply: ProbeReply | undefined, t1Us: number, atUs: number): void {
    this.#listener?.onProbe(reply, t1Us, atUs);
  }

  async order(
    name: PhoneOrder,
    value: JsonObject,
    { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<JsonObject> {
    signal.throwIfAborted();
    if (this.#connection === undefined) throw this.#away();
    const reply = await this.#unlessGone(this.#connection.ask(name, value, withinMs), signal);
    if (reply.kind === "answer") return readAnswer(name, reply.value, this.name);
    throw new DeviceError("PHONE_NO_ANSWER", { device: this.name, order: name, waitedMs: withinMs });
  }

  notify(name: PhoneNotice, value: JsonObject): void {
    this.#connection?.tell(name, value);
  }

  #announce(): void {
    const { hello, atUs } = this.#newest!;
    this.#nextSeq = this.#listener?.onHello(hello, atUs) ?? {};
  }

  /** An answer, unless the phone goes or the signal is aborted first. */
  #unlessGone(reply: Promise<PhoneReply>, signal: AbortSignal): Promise<PhoneReply> {
    return new Promise((resolve, reject) => {
      const give = (): void => {
        this.#orders.delete(reject);
        signal.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => reject(signal.reason as Error);
      this.#orders.add(reject);
      signal.addEventListener("abort", onAbort, { once: true });
      reply.then(resolve, reject).finally(give);
    });
  }

  #giveUpOrders(): void {
    for (const reject of this.#orders) reject(this.#away());
    this.#orders.clear();
  }

  #away(): DeviceError {
    return new DeviceError("PHONE_AWAY", { device: this.name });
  }
}
