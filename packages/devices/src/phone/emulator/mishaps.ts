import type { BlockOutlet } from "./block-outlet.js";
import type { PhoneMachine } from "./machine.js";
import type { PhoneBrainOptions } from "./options.js";
import type { Teller } from "./teller.js";
import type { TroubleTargets } from "./trouble.js";
import type { WrongClockKind } from "./wrong-clock.js";

/** What mishaps befall. */
export interface MishapParts {
  readonly options: PhoneBrainOptions;
  readonly machine: PhoneMachine;
  readonly outlet: BlockOutlet;
  readonly teller: Teller;
  /** Out of the network, until the wire is opened again. */
  leave(): void;
}

/** What each fault does to an emulated phone. */
export class PhoneMishaps implements TroubleTargets {
  readonly timers;
  readonly #parts: MishapParts;
  /** The files as the last power cut left them. */
  #off: Promise<void> = Promise.resolve();

  constructor(parts: MishapParts) {
    this.timers = parts.options.timers;
    this.#parts = parts;
  }

  /** Resolves when a power cut under way is through. */
  get settled(): Promise<void> {
    return this.#off;
  }

  vanish(): void {
    this.#parts.leave();
  }

  comeBack(): void {
    this.#parts.options.wire.open();
  }

  powerOff(): void {
    this.#parts.leave();
    this.#off = this.#parts.machine.powerOff().catch(this.#failed("reboot"));
  }

  powerOn(): void {
    void this.#off.then(() => {
      this.#parts.machine.powerOn();
      this.comeBack();
    });
  }

  read(isReading: boolean): void {
    this.#parts.options.wire.read(isReading);
  }

  sleep(isAsleep: boolean): void {
    this.#parts.machine.condition.isAsleep = isAsleep;
    this.#parts.options.wire.sleep(isAsleep);
  }

  stepClock(byS: number): void {
    this.#parts.machine.boot.stepClock(byS);
  }

  spoilClock(kind: WrongClockKind): void {
    this.#parts.machine.boot.clock.spoil(kind);
  }

  strike(kind: "duplicate" | "reorder", count: number): void {
    this.#parts.outlet.strike(kind, count);
  }

  lowBattery(): void {
    this.#parts.machine.condition.isBatteryLow = true;
    this.#report("warning", "The battery is nearly empty.", "BATTERY_LOW");
  }

  fullStorage(): void {
    const { condition, recordings } = this.#parts.machine;
    condition.isStorageFull = true;
    this.#report("error", "The storage is full.", "STORAGE_FULL");
    recordings.endVideos().catch(this.#failed("end the video"));
  }

  damageNextUpload(): void {
    this.#parts.machine.uploads.damageNext();
  }

  #report(kind: "warning" | "error", label: string, code: string): void {
    const { machine, teller } = this.#parts;
    teller.event({ kind, label, code, device_time_s: machine.boot.clock.nowS });
    teller.status(machine.boot);
  }

  #failed(what: string): (thrown: unknown) => void {
    return (thrown) => this.#parts.options.onTrouble?.(what, thrown);
  }
}
