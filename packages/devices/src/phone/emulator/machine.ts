import { PHONE_PROTOCOL_VERSION, type PhoneHello, type WireBlock } from "@polychron/protocol";
import { CUE_CAPABILITIES } from "@polychron/session/model";
import { noise32 } from "../../shimmer/emulator/noise.js";
import { PhoneBoot } from "./boot.js";
import { PhoneCondition } from "./condition.js";
import type { PhoneBrainOptions } from "./options.js";
import type { TruePhoneClock, TruePhoneSample } from "./ports.js";
import { PhoneRecordings } from "./recordings.js";
import { Uploads } from "./uploads.js";
import { Waits } from "./waits.js";

/** What was kept for a hub that was away leaves in blocks of so many: a few a tick, far below the hub's limits. */
const BLOCK_MAX_SAMPLES = 1_024;
const KEEP_SAMPLES = 120_000;

/** An emulated phone without its words: what it measures, records and holds, from start to start. */
export class PhoneMachine {
  readonly condition = new PhoneCondition();
  readonly recordings: PhoneRecordings;
  readonly uploads: Uploads;
  readonly waits: Waits;
  readonly #options: PhoneBrainOptions;
  #boot: PhoneBoot;
  #isOff = false;
  #files = 0;

  constructor(options: PhoneBrainOptions) {
    const { timers, uploader, video, storage, onTruth = () => undefined, onTrouble = () => undefined } = options;
    this.#options = options;
    this.waits = new Waits(timers);
    this.uploads = new Uploads({ uploader, timers, onTrouble });
    const fileId = (): string => `f${noise32(options.seed, 700).toString(16)}-${(this.#files += 1)}`;
    this.recordings = new PhoneRecordings({ video, storage, waits: this.waits, onTruth, fileId }, this.uploads);
    this.#boot = this.#newBoot(0);
  }

  /** The present start. */
  get boot(): PhoneBoot {
    return this.#boot;
  }

  get hello(): PhoneHello {
    return {
      ...this.#boot.identity,
      protocol: PHONE_PROTOCOL_VERSION,
      model: this.#options.model ?? "Emulated phone",
      app: "polychron-emulator 1",
      os: "Android 16 (emulated)",
      capabilities: ["rgb_video", "gsr_data", "motion_data", CUE_CAPABILITIES.tap],
      simulated: true,
      held: this.recordings.held,
    };
  }

  /** Does everything that is due. */
  advance(): void {
    if (this.#isOff) return;
    this.#boot.advance();
    this.waits.check();
  }

  /** The next block of each stream that the hub wants. */
  take(): readonly WireBlock[] {
    return this.#boot.streams.flatMap(({ source, outbox }) => {
      const block = this.#boot.wants(source.stream) ? outbox.take(BLOCK_MAX_SAMPLES) : undefined;
      return block === undefined ? [] : [this.#said(block)];
    });
  }

  /** A block with its times as the phone's clock says them. */
  #said(block: WireBlock): WireBlock {
    const [firstS] = block.deviceTimeS;
    return { ...block, deviceTimeS: block.deviceTimeS.map((deviceS) => this.#boot.clock.said(deviceS, firstS)) };
  }

  /** The hub is there, and has this safe. */
  welcomed(nextSeq: Readonly<Record<string, number>>): void {
    for (const { source, outbox } of this.#boot.streams) outbox.rewind(nextSeq[source.stream] ?? 0);
    this.recordings.reconnected(nextSeq);
    this.uploads.setUp(true);
    this.waits.check();
  }

  /** The hub is gone. */
  gone(): void {
    this.uploads.setUp(false);
  }

  /** Off: what was in memory is lost. Resolves when the files are as a power cut leaves them. */
  async powerOff(): Promise<void> {
    this.#isOff = true;
    this.waits.giveUp();
    await this.recordings.powerCut();
  }

  powerOn(): void {
    this.#isOff = false;
    this.#boot = this.#newBoot(this.#boot.number + 1);
  }

  /** For good. */
  async end(): Promise<void> {
    this.gone();
    await this.powerOff();
  }

  #newBoot(number: number): PhoneBoot {
    const { clock, seed, driftPpm = 0, keepSamples = KEEP_SAMPLES, onTruth } = this.#options;
    const onSample = (sample: TruePhoneSample): void => onTruth?.({ sample });
    const onClock = (reading: TruePhoneClock): void => onTruth?.({ clock: reading });
    return new PhoneBoot(number, { clock, seed, driftPpm, keepSamples, onSample, onClock });
  }
}
