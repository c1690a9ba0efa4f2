import type { FaultView } from "@polychron/protocol";
import { isoTime, type Clock, type ErrorReport } from "@polychron/session/model";

const KEPT = 20;

/** Faults that belong to no session, newest first; the same one again moves to the front instead of filling the list. */
export class RecentFaults {
  readonly #clock: Clock;
  #faults: FaultView[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(report: ErrorReport, device: string | null): void {
    const at = this.#clock.utcUs();
    const fault = { ...report, device, timestamp: isoTime(at, this.#clock.zoneOffsetMin(at)) };
    const others = this.#faults.filter(
      (known) => known.code !== fault.code || known.message !== fault.message || known.device !== device,
    );
    this.#faults = [fault, ...others].slice(0, KEPT);
  }

  views(): readonly FaultView[] {
    return this.#faults;
  }
}
