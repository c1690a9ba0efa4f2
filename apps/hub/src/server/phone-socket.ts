import type { MonotonicClock, PhoneNotice, PhoneOrder } from "@polychron/devices";
import {
  PHONE_LIMITS,
  PHONE_PROTOCOL_VERSION,
  UPLOAD_PATH,
  type HubToPhone,
  type PhoneHello,
  type PhoneRefusal,
  type PhoneToHub,
  type PhoneWelcome,
} from "@polychron/protocol";
import { HubError, type JsonObject, type Timers } from "@polychron/session/model";
import type { Socket } from "socket.io";
import { ServiceError } from "../errors.js";
import { Allowance } from "../security/allowance.js";
import type { Grant } from "../security/tokens.js";
import type { ConnectionEnds, EndReason } from "./connection-ends.js";
import type { PhoneAdmission } from "./phone-admission.js";
import { refusalOf } from "./phone-answers.js";
import type { PhoneDirectory } from "./phone-directory.js";
import type { PhoneConnection, PhoneLine, PhoneReply } from "./phone-line.js";
import { blockPlace, readPhoneWord } from "./phone-words.js";
import { within } from "./time-limit.js";
import { dropNow, unreadBytes } from "./unread.js";
import { WelcomeGate } from "./welcome-gate.js";

/** What every phone's connection reaches. */
export interface PhoneHost {
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  readonly directory: PhoneDirectory;
  readonly admission: PhoneAdmission;
  readonly hub: { readonly name: string; readonly version: string };
  readonly ends: ConnectionEnds;
  /** Hears of defects: what a message met and no refusal has a code for. */
  onFault(thrown: unknown): void;
}

/** A connection on the phones' namespace. */
export type PhoneSocket = Socket<PhoneToHub, HubToPhone, object, { grant: Grant }>;

type Acknowledge = (answer: object) => void;

const HELLO_WITHIN_MS = 10_000;
/** An event is written to the disk; one that takes none must not keep a phone waiting for ever. */
const KEPT_WITHIN_MS = 10_000;
const { max_messages_per_s: MESSAGES_PER_SECOND, max_unread_bytes: UNREAD_MAX_BYTES } = PHONE_LIMITS;

/** One way in for everything a phone sends: any message under any name gets a typed answer, whatever is in it. */
export class ConnectedPhone implements PhoneConnection {
  readonly #socket: PhoneSocket;
  readonly #host: PhoneHost;
  readonly #line: PhoneLine;
  readonly #mayPass: Allowance;
  readonly #gate = new WelcomeGate();
  readonly #asking = new Set<(reply: PhoneReply) => void>();
  #saidHello = false;
  #stopWaiting = (): void => undefined;

  constructor(socket: PhoneSocket, host: PhoneHost) {
    this.#socket = socket;
    this.#host = host;
    this.#line = host.directory.line(socket.data.grant.tokenId);
    const rate = { burst: MESSAGES_PER_SECOND, perSecond: MESSAGES_PER_SECOND };
    this.#mayPass = new Allowance(rate, () => host.clock.nowUs() / 1000);
  }

  listen(): void {
    const { clock, ends } = this.#host;
    ends.name(this.#socket.conn, () => this.#line.name);
    this.#socket.onAny((name: string, ...values: unknown[]) => this.#hear(clock.nowUs(), name, values));
    this.#socket.on("disconnect", (reason) => {
      this.#stopWaiting();
      this.#gate.drop();
      this.#line.left(this, reason, clock.nowUs());
      for (const end of this.#asking) end({ kind: "none" });
    });
    this.#waitForHello();
  }

  ask(name: PhoneOrder, value: JsonObject, withinMs: number): Promise<PhoneReply> {
    if (this.#dropIfUnread()) return Promise.resolve({ kind: "none" });
    return new Promise((resolve) => {
      // Not the socket's own timeout, which outlives the socket and then the hub.
      const end = (reply: PhoneReply): void => {
        cancel();
        this.#asking.delete(end);
        resolve(reply);
      };
      const cancel = this.#host.timers.after(withinMs, () => end({ kind: "none" }));
      this.#asking.add(end);
      const onAnswer = (answer: unknown): void => end({ kind: "answer", value: answer });
      // Behind the gate its time may pass: an order that failed must not be obeyed afterwards.
      this.#gate.pass(() => this.#asking.has(end) && this.#socket.emit(name, value as never, onAnswer as never));
    });
  }

  tell(name: PhoneNotice, value: JsonObject): void {
    if (!this.#dropIfUnread()) this.#gate.pass(() => this.#socket.emit(name, value as never));
  }

  supersede(): void {
    this.end("superseded", new ServiceError("DEVICE_SUPERSEDED"));
  }

  /** Says why, where there is something to say, and ends the connection. */
  end(reason: EndReason, why?: ServiceError): void {
    if (why !== undefined) this.#socket.emit("error", refusalOf(why, "hello"));
    this.#host.ends.decide(this.#socket.conn, reason);
    this.#socket.disconnect(true);
  }

  #hear(atUs: number, name: string, values: unknown[]): void {
    const last = values.at(-1);
    const acknowledge = typeof last === "function" ? (values.pop() as Acknowledge) : undefined;
    try {
      if (!this.#mayPass.take()) throw new ServiceError("PHONE_RATE_LIMITED", { limit: MESSAGES_PER_SECOND });
      this.#take(atUs, { name, values, wantsAnswer: acknowledge !== undefined }, acknowledge);
    } catch (thrown) {
      this.#refuse(thrown, { name, values }, acknowledge);
    }
  }

  #take(
    atUs: number,
    message: { name: string; values: readonly unknown[]; wantsAnswer: boolean },
    acknowledge: Acknowledge | undefined,
  ): void {
    const word = readPhoneWord(message, { hello: this.#saidHello, device: this.#line.name });
    if (word.name === "hello") return this.#answerHello(word.value, atUs, acknowledge);
    const listener = this.#line.listenerFor(this);
    if (word.name === "block") listener.onBlock(word.value, atUs);
    else if (word.name === "status") listener.onStatus(word.value, atUs);
    else return this.#answerEvent(listener.onEvent(word.value, atUs), acknowledge);
    acknowledge?.({ ok: true });
  }

  #answerHello(hello: PhoneHello, atUs: number, acknowledge: Acknowledge | undefined): void {
    const open = this.#gate.shut();
    void this.#welcome(hello, atUs)
      .then(acknowledge, (thrown: unknown) => this.#refuseHello(thrown, acknowledge))
      .finally(open);
  }

  /** The yes to an event is that of the disk. */
  #answerEvent(kept: Promise<void>, acknowledge: Acknowledge | undefined): void {
    const tooLate = (): Error => new ServiceError("EVENT_NOT_CONFIRMED", { waitedMs: KEPT_WITHIN_MS });
    within(kept, { timers: this.#host.timers, withinMs: KEPT_WITHIN_MS, tooLate }).then(
      () => acknowledge?.({ ok: true }),
      (thrown: unknown) => this.#refuse(thrown, { name: "event", values: [] }, acknowledge),
    );
  }

  /** What is said next on this connection is heard in its turn, though the answer takes a while. */
  async #welcome(hello: PhoneHello, atUs: number): Promise<PhoneWelcome> {
    const { directory, admission, hub } = this.#host;
    this.#saidHello = true;
    this.#stopWaiting();
    this.#line.greet(this, hello, atUs);
    directory.greeted(this.#line);
    const device = await admission.deviceOf(this.#line);
    this.#line.known(device);
    return {
      ok: true,
      protocol: PHONE_PROTOCOL_VERSION,
      device,
      hub,
      limits: { ...PHONE_LIMITS },
      next_seq: { ...this.#line.nextSeq },
      upload_path: UPLOAD_PATH,
    };
  }

  #refuseHello(thrown: unknown, acknowledge: Acknowledge | undefined): void {
    if (this.#socket.connected) this.#waitForHello(); // it may try again, but not stay without being anybody
    this.#refuse(thrown, { name: "hello", values: [] }, acknowledge);
  }

  #waitForHello(): void {
    this.#stopWaiting();
    this.#stopWaiting = this.#host.timers.after(HELLO_WITHIN_MS, () => this.end("no_hello"));
  }

  #refuse(
    thrown: unknown,
    { name, values }: { name: string; values: readonly unknown[] },
    acknowledge: Acknowledge | undefined,
  ): void {
    if (!(thrown instanceof HubError)) this.#host.onFault(thrown);
    const refusal = name === "block" ? this.#refuseBlock(thrown, values[0]) : refusalOf(thrown, name);
    if (acknowledge !== undefined) acknowledge(refusal);
    else if (!this.#dropIfUnread()) this.#socket.emit("error", refusal);
  }

  /** Its samples may be missing: whoever records them hears of it. */
  #refuseBlock(thrown: unknown, value: unknown): PhoneRefusal {
    const { params, place } = blockPlace(value, this.#line.hello);
    const refusal = refusalOf(thrown, "block", params);
    this.#line.refused(this, { error: refusal.error, ...(place && { place }) }, this.#host.clock.nowUs());
    return refusal;
  }

  #dropIfUnread(): boolean {
    if (unreadBytes(this.#socket) <= UNREAD_MAX_BYTES) return false;
    this.#host.ends.decide(this.#socket.conn, "unread");
    dropNow(this.#socket);
    return true;
  }
}
