import type { PhoneHello } from "@polychron/protocol";
import type { JsonObject, StreamInfo } from "@polychron/session/model";
import type { CueMaking, DeviceIdentity, Driver, DriverPhase, DriverSink, SelfRecorder } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { MonotonicClock, Timers } from "../timing.js";
import { FirstHello } from "./first-hello.js";
import type { PhoneLink } from "./link.js";
import { PhoneNotices } from "./notices.js";
import { Rearming } from "./rearming.js";
import { parsePhoneSettings, type PhoneSettings } from "./settings.js";
import { PhoneTalk } from "./talk.js";

/** What a phone's driver is made of. */
export interface PhoneDriverOptions {
  readonly link: PhoneLink;
  readonly sink: DriverSink;
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  readonly settings?: JsonObject;
  /** How messages name the phone; as its link does when absent. */
  readonly deviceLabel?: string;
}

const DRIVER = "polychron-phone 1";
const HELLO_WITHIN_MS = 10_000;
const ARM_WITHIN_MS = 10_000;
const DISARM_WITHIN_MS = 5_000;
/** Who lets go of a phone does not wait long for its good-bye. */
const CLOSE_WITHIN_MS = 2_000;

/** A phone: it comes and goes by itself; while it is away it records on, and what is missing comes with its return. */
export class PhoneDriver implements Driver {
  readonly #options: PhoneDriverOptions;
  readonly #notices: PhoneNotices;
  readonly #talk: PhoneTalk;
  readonly #firstHello = new FirstHello();
  readonly #rearming: Rearming;
  #phase: DriverPhase = "closed";
  #settings: PhoneSettings;
  /** From connect to close. */
  #life = new AbortController();
  #unlisten: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PhoneDriverOptions) {
    this.#options = options;
    this.#settings = parsePhoneSettings(options.settings ?? {});
    this.#notices = new PhoneNotices(options.sink, options.clock);
    const isWanted = (fileType: string): boolean => !this.#settings.leaveOut.includes(fileType);
    const talk = (this.#talk = new PhoneTalk({ ...options, notices: this.#notices, isWanted }));
    this.#rearming = new Rearming({
      timers: options.timers,
      arm: (signal) => talk.arm({ withinMs: ARM_WITHIN_MS, signal }),
      onArmed: () => (this.#phase === "lost" || this.#phase === "connected") && this.#enter("armed"),
      onFault: (thrown) => this.#notices.fault(thrown),
    });
  }

  get phase(): DriverPhase {
    return this.#phase;
  }

  get settings(): JsonObject {
    return { leaveOut: this.#settings.leaveOut };
  }

  get streams(): readonly StreamInfo[] {
    return this.#talk.streams;
  }

  get recorder(): SelfRecorder {
    return this.#talk.recorder;
  }

  get cues(): CueMaking {
    return this.#talk.cues;
  }

  async connect(signal: AbortSignal): Promise<DeviceIdentity> {
    this.#require("closed", "connect", "Disconnect it first.");
    this.#enter("connecting");
    this.#life = new AbortController();
    try {
      const { link, timers } = this.#options;
      const tooLate = (): Error => new DeviceError("PHONE_AWAY", { device: this.#talk.device });
      const wait = { timers, withinMs: HELLO_WITHIN_MS, signal: this.#untilClosed(signal), tooLate };
      await this.#firstHello.wait(wait, () => (this.#unlisten = this.#listen(link)));
      this.#enter("connected");
      return identityOf(link.hello!, link.hardwareId);
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
  }

  configure(settings: JsonObject, _signal: AbortSignal): Promise<void> {
    return Promise.resolve().then(() => {
      this.#require("connected", "configure", "Stop its stream first.");
      this.#settings = parsePhoneSettings(settings);
    });
  }

  async arm(signal: AbortSignal): Promise<void> {
    this.#require("connected", "arm", "Connect it first.");
    this.#rearming.unwish();
    this.#talk.isOpen = true;
    try {
      await this.#talk.arm({ withinMs: ARM_WITHIN_MS, signal: this.#untilClosed(signal) });
    } catch (thrown) {
      this.#talk.isOpen = false;
      throw thrown;
    }
    this.#enter("armed");
  }

  keepArming(): Promise<void> {
    if (this.#phase !== "connected" && this.#phase !== "lost") return Promise.resolve();
    this.#talk.isOpen = true; // one that is away delivers when it is back
    return this.#phase === "lost" ? Promise.resolve() : this.#rearming.wish();
  }

  async disarm(signal: AbortSignal): Promise<void> {
    if (this.#phase === "connected") {
      if (this.#rearming.isWished) this.#talk.isOpen = false;
      return this.#rearming.unwish();
    }
    this.#require("armed", "disarm", "Wait until it is connected again.");
    this.#talk.isOpen = false;
    this.#enter("connected");
    try {
      await this.#talk.disarm({ withinMs: DISARM_WITHIN_MS, signal });
    } catch (thrown) {
      // Here, it can be armed again; one that went meanwhile comes back as it was before.
      if (this.#phase === "lost") this.#talk.isOpen = true;
      throw thrown;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(() => (this.#closing = undefined));
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#phase === "closed") return;
    // Also one that is being told to deliver just now: it may do so in a moment.
    const mayDeliver = this.#talk.isOpen;
    this.#talk.end();
    this.#rearming.unwish();
    this.#rearming.cut();
    if (mayDeliver && this.#options.link.isUp) {
      const farewell = this.#talk.disarm({ withinMs: CLOSE_WITHIN_MS, signal: this.#life.signal });
      await farewell.catch((thrown: unknown) => this.#notices.fault(thrown)); // the hub refuses what it sends on
    }
    this.#enter("closed");
    this.#unlisten?.();
    this.#life.abort(new DeviceError("PHONE_AWAY", { device: this.#talk.device }));
  }

  #listen(link: PhoneLink): () => void {
    const talk = this.#talk;
    return link.listen({
      onHello: (hello, atUs) => this.#greeted(hello, atUs),
      onBlock: (block, atUs) => talk.block(block, atUs),
      onRefused: (refused, atUs) => talk.refused(refused, atUs),
      onStatus: (status, atUs) => talk.status(status, atUs),
      onEvent: (event, atUs) => talk.event(event, atUs),
      onGone: () => this.#gone(),
      onProbe: (reply, t1Us, atUs) => talk.probe(reply, t1Us, atUs),
    });
  }

  #greeted(hello: PhoneHello, atUs: number): Readonly<Record<string, number>> {
    this.#rearming.connected();
    const { nextSeq, isRenewed } = this.#talk.hello(hello);
    this.#firstHello.heard();
    // A newer connection took the place of one that was never seen to end.
    if (this.#phase === "armed") this.#enter("lost");
    if (isRenewed) this.#notices.renewed(atUs);
    if (this.#phase === "lost" || this.#rearming.isWished) this.#restore();
    return nextSeq;
  }

  #gone(): void {
    this.#rearming.cut();
    if (this.#phase !== "armed" && this.#phase !== "connected") return;
    this.#enter("lost");
    this.#notices.fault(new DeviceError("PHONE_AWAY", { device: this.#talk.device }));
  }

  /** Back to where it was before the connection was lost. */
  #restore(): void {
    if (this.#talk.isOpen) void this.#rearming.run();
    else this.#enter("connected");
  }

  #untilClosed(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#life.signal]);
  }

  #enter(phase: DriverPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#notices.phase(phase);
  }

  #require(phase: DriverPhase, command: string, hint: string): void {
    if (this.#phase !== phase) throw new DeviceError("DEVICE_STATE_INVALID", { command, phase: this.#phase, hint });
  }
}

function identityOf(hello: PhoneHello, hardwareId: string): DeviceIdentity {
  return {
    hardwareId,
    proposedId: "phone_1",
    deviceType: "android_phone",
    label: hello.model,
    capabilities: hello.capabilities,
    firmware: `${hello.os}; ${hello.app}`,
    driver: DRIVER,
    simulated: hello.simulated,
  };
}
