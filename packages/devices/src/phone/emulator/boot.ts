import type { PhoneHello, PhoneStatus, WireBlock } from "@polychron/protocol";
import type { MonotonicClock } from "../../timing.js";
import { statusRow, WifiNames } from "../status-row.js";
import { Outbox } from "./outbox.js";
import { PHONE_CLOCK_QUANT_S, PhoneClock } from "./phone-clock.js";
import type { TruePhoneClock, TruePhoneSample } from "./ports.js";
import { SampleSource } from "./sample-source.js";
import { phoneSensors } from "./sensors.js";
import { Taps } from "./taps.js";

/** What one start of a phone is made of. */
export interface BootParts {
  readonly clock: MonotonicClock;
  readonly seed: number;
  readonly driftPpm: number;
  /** Samples of a stream beyond so many are given up, oldest first. */
  readonly keepSamples: number;
  onSample(sample: TruePhoneSample): void;
  onClock(reading: TruePhoneClock): void;
}

/** Its clock's truth is told at every tenth advance. */
const CLOCK_EVERY = 10;

/** One stream from its sensor to the hub. */
export interface BootStream {
  readonly source: SampleSource;
  readonly outbox: Outbox;
}

/** From one start of the phone to the next: one clock, one numbering, and all that is in its memory. */
export class PhoneBoot {
  readonly number: number;
  readonly clock: PhoneClock;
  readonly taps = new Taps();
  readonly streams: readonly BootStream[];
  /** The streams that the hub wants; undefined until it has said so. */
  armed: ReadonlySet<string> | undefined;
  readonly #parts: BootParts;
  readonly #startedS: number;
  readonly #wifi = new WifiNames();
  #statuses = 0;
  #advances = 0;

  constructor(number: number, parts: BootParts) {
    const { clock, seed, driftPpm, keepSamples } = parts;
    this.number = number;
    this.clock = new PhoneClock(clock, { seed, boot: number, driftPpm });
    this.streams = phoneSensors(seed, this.taps).map((sensor, index) => {
      return { source: new SampleSource(sensor, index), outbox: new Outbox(keepSamples) };
    });
    this.#parts = parts;
    this.#startedS = this.clock.nowS;
    this.#tellClock();
  }

  /** The part of a hello that changes with a start. */
  get identity(): Pick<PhoneHello, "boot_id" | "clock" | "streams"> {
    return {
      boot_id: `boot-${this.number}-${this.clock.id}`,
      clock: { id: this.clock.id, quant_s: PHONE_CLOCK_QUANT_S },
      streams: this.streams.map(({ source }) => source.sensor.stream),
    };
  }

  get uptimeS(): number {
    return this.clock.nowS - this.#startedS;
  }

  stream(name: string): BootStream | undefined {
    return this.streams.find(({ source }) => source.stream === name);
  }

  wants(stream: string): boolean {
    return this.armed?.has(stream) === true;
  }

  /** Whether the hub wants any stream. */
  get isArmed(): boolean {
    return this.armed !== undefined && this.armed.size > 0;
  }

  /** The sensors run, or rest. */
  run(isWanted: boolean): void {
    for (const { source } of this.streams)
      if (isWanted) source.run(this.clock.nowS);
      else source.rest();
  }

  /** The clock leaps; what is measured goes on at the same pace. */
  stepClock(byS: number): void {
    this.#tellClock();
    this.clock.leap(byS);
    for (const { source } of this.streams) source.leap(byS);
    this.#tellClock();
  }

  /** Makes everything that is due. */
  advance(): void {
    this.#advances += 1;
    if (this.#advances % CLOCK_EVERY === 0) this.#tellClock();
    const { nowS } = this.clock;
    for (const { source, outbox } of this.streams) {
      const block = source.make(nowS);
      if (block === undefined) continue;
      outbox.push(block);
      for (let row = 0; row < block.deviceTimeS.length; row++)
        this.#parts.onSample(this.#sample(source.stream, block, row));
    }
  }

  /** The hub has heard a status: it counts them, unless it has just said that it wants no samples. */
  statusHeard(status: PhoneStatus): void {
    if (this.armed?.size === 0) return;
    const values = statusRow(status, this.#wifi);
    const sample = { boot: this.number, seq: this.#statuses, deviceTimeS: status.device_time_s, values };
    this.#statuses += 1;
    this.#parts.onSample({ stream: "status", ...sample });
  }

  #tellClock(): void {
    this.#parts.onClock({ boot: this.number, leaps: this.clock.leaps, ...this.clock.read() });
  }

  #sample(stream: string, { firstSeq, deviceTimeS, channels }: WireBlock, row: number): TruePhoneSample {
    const values = channels.map((column) => column[row]!);
    return { stream, boot: this.number, seq: firstSeq + row, deviceTimeS: deviceTimeS[row]!, values };
  }
}
