import type { OrderedFault } from "../../ordered-fault.js";
import type { Timers } from "../../timing.js";
import { phoneFault, type PhoneFaultKind } from "./faults.js";
import type { WrongClockKind } from "./wrong-clock.js";

/** What faults act on. */
export interface TroubleTargets {
  readonly timers: Timers;
  vanish(): void;
  comeBack(): void;
  powerOff(): void;
  powerOn(): void;
  read(isReading: boolean): void;
  sleep(isAsleep: boolean): void;
  stepClock(byS: number): void;
  spoilClock(kind: WrongClockKind): void;
  strike(kind: "duplicate" | "reorder", count: number): void;
  lowBattery(): void;
  fullStorage(): void;
  damageNextUpload(): void;
}

/** Takes orders for faults and carries them out when their time has come. */
export class PhoneTrouble {
  readonly #targets: TroubleTargets;
  #waiting: readonly OrderedFault[];
  readonly #timed = new Set<() => void>();

  /** @param faults timed from the first arming */
  constructor(targets: TroubleTargets, faults: readonly OrderedFault[]) {
    this.#targets = targets;
    this.#waiting = faults;
    for (const fault of faults) phoneFault(fault);
  }

  /** Times a fault from now. Throws `DEVICE_FAULT_INVALID`: no phone can have it. */
  order(ordered: OrderedFault): void {
    const fault = phoneFault(ordered);
    this.#after(fault.atS, () => this.#apply(fault));
  }

  /** The hub wants samples for the first time. */
  armed(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const fault of waiting) this.order(fault);
  }

  end(): void {
    for (const cancel of this.#timed) cancel();
    this.#timed.clear();
  }

  #apply({ kind, count, durationS }: OrderedFault<PhoneFaultKind>): void {
    const targets = this.#targets;
    switch (kind) {
      case "vanish":
        targets.vanish();
        return this.#after(durationS, () => targets.comeBack());
      case "reboot":
        targets.powerOff();
        return this.#after(durationS, () => targets.powerOn());
      case "slow-reader":
        targets.read(false);
        return this.#after(durationS, () => targets.read(true));
      case "sleep":
        targets.sleep(true);
        return this.#after(durationS, () => targets.sleep(false));
      case "clock-step":
        return targets.stepClock(durationS);
      case "clock-epoch":
      case "clock-milliseconds":
      case "clock-frozen":
      case "clock-jumping":
        return targets.spoilClock(kind.slice("clock-".length) as WrongClockKind);
      case "duplicate":
      case "reorder":
        return targets.strike(kind, count);
      case "low-battery":
        return targets.lowBattery();
      case "full-storage":
        return targets.fullStorage();
      case "wrong-hash":
        return targets.damageNextUpload();
    }
  }

  #after(delayS: number, run: () => void): void {
    const cancel = this.#targets.timers.after(delayS * 1000, () => {
      this.#timed.delete(cancel);
      run();
    });
    this.#timed.add(cancel);
  }
}
