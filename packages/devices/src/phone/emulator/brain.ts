import { phoneWelcome, type HubToClock, type PhoneWelcome, type ProbeReply } from "@polychron/protocol";
import type { OrderedFault } from "../../ordered-fault.js";
import { every } from "../../timing.js";
import { failure } from "./answers.js";
import { BlockOutlet } from "./block-outlet.js";
import { LinkState } from "./link-state.js";
import { PhoneMachine } from "./machine.js";
import { PhoneMishaps } from "./mishaps.js";
import type { PhoneBrainOptions } from "./options.js";
import { OrderDesk } from "./order-desk.js";
import { obey } from "./orders.js";
import { probeReply } from "./probe-reply.js";
import { Teller } from "./teller.js";
import { PhoneTrouble } from "./trouble.js";

/** Samples leave the phone so often, as blocks of what has gathered. */
const TICK_MS = 100;
const STATUS_EVERY_TICKS = 10;
const HELLO_AGAIN_AFTER_MS = 5_000;

/**
 * A phone made of code, apart from its network, disk and camera: speaks the real words, samples by its own clock, records
 * on while the hub is away, and fails when ordered to. What its wire hears is handed to `up`, `down`, `hear` and `probe`.
 */
export class PhoneBrain {
  readonly #options: PhoneBrainOptions;
  readonly #machine: PhoneMachine;
  readonly #link = new LinkState();
  readonly #outlet: BlockOutlet;
  readonly #teller: Teller;
  readonly #desk: OrderDesk;
  readonly #mishaps: PhoneMishaps;
  readonly #trouble: PhoneTrouble;
  #stopTicking: (() => void) | undefined;
  #ticks = 0;

  constructor(options: PhoneBrainOptions) {
    const { wire, faults = [] } = options;
    const link = this.#link;
    const machine = new PhoneMachine(options);
    const onTrouble = this.#onTrouble;
    this.#options = options;
    this.#machine = machine;
    this.#outlet = new BlockOutlet((bytes) => wire.sendBlock(bytes));
    this.#teller = new Teller({ wire, link, condition: machine.condition, onTrouble });
    const [outlet, teller] = [this.#outlet, this.#teller];
    this.#mishaps = new PhoneMishaps({ options, machine, outlet, teller, leave: this.#leave });
    this.#trouble = new PhoneTrouble(this.#mishaps, faults);
    this.#desk = new OrderDesk({ machine, link, onArmed: () => this.#trouble.armed(), onTrouble });
  }

  /** Switches it on: it looks for its hub. */
  start(): void {
    this.#stopTicking ??= every(this.#options.timers, TICK_MS, () => this.#tick());
    this.#options.wire.open();
  }

  /** The wire is connected, for the first time or again. */
  up(): void {
    void this.#greet(this.#link.open());
  }

  /** The connection is gone. */
  down(): void {
    this.#link.close();
    this.#outlet.clear();
    this.#machine.gone();
  }

  /** A message of the hub on the phone namespace; `answer` where it waits for an acknowledgement. */
  hear(name: string, value: unknown, answer?: (reply: unknown) => void): void {
    obey(this.#desk, name, value).then(
      (reply) => answer?.(reply),
      (thrown: unknown) => {
        this.#onTrouble(name, thrown);
        answer?.(failure(name, thrown));
      },
    );
  }

  /** A question to the clock: the answer goes back at once. */
  probe(question: Parameters<HubToClock["probe"]>[0]): ProbeReply {
    const { clock } = this.#machine.boot;
    const t2S = clock.said(clock.nowS);
    return probeReply(question, clock.id, t2S, () => clock.said(clock.nowS));
  }

  /** Orders a fault, timed from now. Throws `DEVICE_FAULT_INVALID`: no phone can have it. */
  order(fault: OrderedFault): void {
    this.#trouble.order(fault);
  }

  /** True as soon as it records nothing and the hub has every file; false after the limit. */
  untilEmpty(withinMs: number): Promise<boolean> {
    return this.#machine.waits.until(() => this.#machine.recordings.isEmpty, withinMs);
  }

  /** Switches it off for good; idempotent. */
  async close(): Promise<void> {
    this.#stopTicking?.();
    this.#trouble.end();
    this.#leave();
    await this.#mishaps.settled;
    await this.#machine.end();
  }

  readonly #onTrouble = (what: string, thrown: unknown): void => this.#options.onTrouble?.(what, thrown);

  #tick(): void {
    this.#ticks += 1;
    this.#machine.advance();
    if (!this.#link.isWelcome || this.#machine.condition.isAsleep) return;
    for (const block of this.#machine.take()) this.#outlet.put(block);
    if (this.#ticks % STATUS_EVERY_TICKS === 0) this.#teller.status(this.#machine.boot);
  }

  /** Says who it is. A hub that refuses, or does not answer, is asked again while the connection stands. */
  async #greet(connection: number): Promise<void> {
    try {
      const answer = await this.#options.wire.ask("hello", this.#machine.hello);
      if (!this.#link.isCurrent(connection)) return;
      const welcome = phoneWelcome.safeParse(answer);
      if (welcome.success) return this.#welcomed(welcome.data);
      this.#onTrouble("hello", answer);
    } catch (thrown) {
      if (!this.#link.isCurrent(connection)) return;
      this.#onTrouble("hello", thrown);
    }
    this.#options.timers.after(HELLO_AGAIN_AFTER_MS, () => {
      if (this.#link.isCurrent(connection)) void this.#greet(connection);
    });
  }

  #welcomed(welcome: PhoneWelcome): void {
    this.#link.welcome();
    this.#machine.welcomed(welcome.next_seq);
    this.#teller.welcomed();
    this.#teller.status(this.#machine.boot);
    this.#options.onWelcome?.(welcome);
  }

  readonly #leave = (): void => {
    this.#options.wire.close();
    this.down();
  };
}
