import type { PhoneEvent, PhoneHello, PhoneStatus, ProbeReply, WireBlock } from "@polychron/protocol";
import type { StreamInfo, Timers } from "@polychron/session/model";
import type { DriverSink, ProbeExchange } from "../driver.js";
import { DeviceError } from "../errors.js";
import { ClockOffset } from "./clock-offset.js";
import { PhoneCues } from "./cues.js";
import { PhoneFlow } from "./flow.js";
import type { PhoneLink, RefusedBlock } from "./link.js";
import type { PhoneNotices } from "./notices.js";
import { SafeNumbers } from "./safe-numbers.js";
import { PhoneRecorder } from "./self-recorder.js";
import { StoredNotices } from "./stored-notices.js";

/** What a conversation with a phone needs. */
export interface PhoneTalkParts {
  readonly link: PhoneLink;
  readonly sink: DriverSink;
  readonly notices: PhoneNotices;
  readonly timers: Timers;
  /** How messages name the phone; as its link does when absent. */
  readonly deviceLabel?: string | undefined;
  /** Whether the settings want this stream. */
  isWanted(fileType: string): boolean;
}

const INVALID = "PHONE_BLOCK_INVALID";

type OrderWait = Parameters<PhoneLink["order"]>[2];

/** What a phone says, as samples and notices, and what it is told in return. */
export class PhoneTalk {
  readonly recorder: PhoneRecorder;
  readonly cues: PhoneCues;
  /** Whether samples are wanted; what comes otherwise stays on the phone. */
  isOpen = false;
  readonly #parts: PhoneTalkParts;
  readonly #flow: PhoneFlow;
  readonly #stored: StoredNotices;
  readonly #offset = new ClockOffset();
  #hello: PhoneHello | undefined;

  constructor(parts: PhoneTalkParts) {
    const { link, sink, notices, timers } = parts;
    const safe = new SafeNumbers();
    const onSafe = (): void => this.#stored.grown();
    this.#parts = parts;
    this.#stored = new StoredNotices(link, safe, timers);
    this.#flow = new PhoneFlow(safe, {
      onBlock: (block) => parts.isWanted(block.fileType) && sink.onBlock(block),
      onGap: (fileType, gap, atUs) => notices.gap(fileType, gap, atUs),
      onMissing: (stream, from_seq) => link.notify("resend", { stream, from_seq }),
      onEarly: (block, atUs) => parts.isWanted(block.fileType) && notices.early(block, atUs),
      onBackStepTaken: (atUs) => notices.refusalOver(INVALID, atUs),
      onSafe,
    });
    const onFault = (thrown: unknown): void => notices.fault(thrown);
    this.cues = new PhoneCues(link, () => this.device);
    this.recorder = new PhoneRecorder({ link, timers, safe, device: () => this.device, onSafe, onFault });
  }

  /** How messages name the phone. */
  get device(): string {
    return this.#parts.deviceLabel ?? this.#parts.link.name;
  }

  get streams(): readonly StreamInfo[] {
    return this.#flow.streams.filter(({ fileType }) => this.#parts.isWanted(fileType));
  }

  /** Returns what of each stream is safe, and whether all that begins anew with a restart of the phone did. */
  hello(hello: PhoneHello): { readonly nextSeq: Readonly<Record<string, number>>; readonly isRenewed: boolean } {
    const hasNewClock = this.#hello?.clock.id !== hello.clock.id;
    this.#hello = hello;
    if (hasNewClock) this.#offset.clear();
    const isRenewed = this.#flow.greet(hello);
    this.recorder.greeted(hello);
    this.#stored.toldAll();
    return { nextSeq: this.#flow.nextSeq, isRenewed };
  }

  /** Orders the streams that are wanted. Throws as `PhoneLink.order`. */
  async arm(wait: OrderWait): Promise<void> {
    const sent = this.#hello?.streams.map(({ stream }) => stream) ?? [];
    await this.#parts.link.order("arm", { streams: sent.filter((name) => this.#parts.isWanted(name)) }, wait);
  }

  /** Throws as `PhoneLink.order`. */
  async disarm(wait: OrderWait): Promise<void> {
    await this.#parts.link.order("disarm", {}, wait);
  }

  /** Throws `PHONE_BLOCK_INVALID`. */
  block(wire: WireBlock, atUs: number): void {
    if (this.isOpen) this.#flow.push(this.device, wire, atUs);
  }

  /** Only what is not valid stays so: whoever sends too much at once sends it again. */
  refused({ error, place }: RefusedBlock, atUs: number): void {
    this.#parts.notices.refused(error, atUs);
    if (this.isOpen && place !== undefined && error.code === INVALID) this.#flow.refuse(place, atUs);
  }

  /** Throws `PHONE_TIME_WRONG`: one sample at an absurd time would spoil the stream. */
  status(status: PhoneStatus, atUs: number): void {
    const { device_time_s: deviceTimeS, wifi_name: name } = status;
    if (!this.#offset.canBe(deviceTimeS, atUs))
      throw new DeviceError("PHONE_TIME_WRONG", { device: this.device, what: "status", deviceTimeS });
    const { notices } = this.#parts;
    notices.status(this.device, status, atUs);
    if (!this.isOpen) return;
    this.#flow.pushStatus(status, atUs);
    const network = typeof name === "string" ? this.#flow.networkOf(name) : undefined;
    if (network !== undefined) notices.named({ ...network, name: name!, atUs });
  }

  /**
   * Nothing happens after it was told; before the clock is known the arrival counts. Resolves when it is written down.
   * Throws as `PhoneNotices.event`.
   */
  event(event: PhoneEvent, atUs: number): Promise<void> {
    const hubUs = this.#offset.hubUs(event.device_time_s) ?? atUs;
    return this.#parts.notices.event(this.device, event, Math.min(hubUs, atUs));
  }

  probe(reply: ProbeReply | undefined, t1Us: number, atUs: number): void {
    const clock = this.#hello?.clock;
    // After a restart the clock may answer before the hello that says whose clock it is.
    if (clock === undefined || (reply !== undefined && reply.clock_id !== clock.id)) return;
    const answered = reply === undefined ? null : { t2S: reply.t2_s, t3S: reply.t3_s, t4S: atUs / 1e6 };
    const none = { t2S: null, t3S: null, t4S: null };
    const exchange: ProbeExchange = {
      t1S: t1Us / 1e6,
      ...(answered ?? none),
      clockId: clock.id,
      quantS: clock.quant_s,
    };
    this.#offset.push(exchange);
    this.#parts.notices.probe(exchange, atUs);
  }

  end(): void {
    this.isOpen = false;
    this.recorder.end();
    this.#stored.end();
  }
}
