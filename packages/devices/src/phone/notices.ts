import type { PhoneEvent, PhoneStatus } from "@polychron/protocol";
import { errorReport, type ErrorReport, type Json, type JsonObject, type SampleBlock } from "@polychron/session/model";
import type { DriverNotice, DriverPhase, DriverSink, ProbeExchange } from "../driver.js";
import { DeviceError, type DeviceErrorCode } from "../errors.js";
import type { MonotonicClock } from "../timing.js";
import type { PhoneGap } from "./flow.js";

/** Below this a phone that is not being charged may stop before the next recording is over. */
const LOW_BATTERY_PERCENT = 15;

/** What one phone says beside its samples, in the words of its owner. */
export class PhoneNotices {
  readonly #sink: DriverSink;
  readonly #clock: MonotonicClock;
  #isBatteryLow = false;

  constructor(sink: DriverSink, clock: MonotonicClock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  phase(phase: DriverPhase): void {
    this.#sink.onNotice({ kind: "phase", phase, atUs: this.#clock.nowUs() });
  }

  /** Everything here can pass: the phone comes back, or goes on. */
  fault(thrown: unknown): void {
    const error = errorReport(thrown);
    this.#sink.onNotice({ kind: "fault", error, recoverable: true, atUs: this.#clock.nowUs() });
  }

  gap(fileType: string, gap: PhoneGap, atUs: number): void {
    this.#sink.onNotice({ kind: "gap", fileType, ...gap, atUs });
  }

  refused(error: ErrorReport, atUs: number): void {
    this.#sink.onNotice({ kind: "refused", error, atUs });
  }

  /** What a refused block was refused for is settled. */
  refusalOver(code: DeviceErrorCode, atUs: number): void {
    this.#sink.onNotice({ kind: "fault_over", code, atUs });
  }

  early(block: SampleBlock, atUs: number): void {
    this.#sink.onNotice({ kind: "early", block, atUs });
  }

  renewed(atUs: number): void {
    this.#sink.onNotice({ kind: "renewed", atUs });
  }

  probe(exchange: ProbeExchange, atUs: number): void {
    this.#sink.onNotice({ kind: "probe", exchange, atUs });
  }

  /** A low battery that is not being charged is a fault as well, told once. */
  status(device: string, status: PhoneStatus, atUs: number): void {
    this.#sink.onNotice({ kind: "status", values: said(status), atUs });
    const { battery_percent: percent, battery_charging: isCharging } = status;
    if (typeof percent !== "number") return;
    this.#sink.onNotice({ kind: "battery", volts: null, percent, atUs });
    const isLow = percent < LOW_BATTERY_PERCENT && isCharging !== true;
    if (isLow && !this.#isBatteryLow)
      this.fault(new DeviceError("DEVICE_BATTERY_LOW", { device, percent: Math.round(percent) }));
    this.#isBatteryLow = isLow;
  }

  /** Resolves when it is written down. Throws `PHONE_NOT_IN_SESSION` and what the writing throws. */
  async event(device: string, event: PhoneEvent, atUs: number): Promise<void> {
    const { kind: what, label, code = "", device_time_s: deviceTimeS } = event;
    const kept: Promise<unknown>[] = [];
    const keep = (work: Promise<unknown>): void => void kept.push(work);
    this.#sink.onNotice({ kind: "event", what, label, code, atUs, deviceTimeS, keep });
    if (kept.length === 0) throw new DeviceError("PHONE_NOT_IN_SESSION", { device, what });
    await Promise.all(kept);
  }

  named(meaning: Omit<Extract<DriverNotice, { kind: "named" }>, "kind">): void {
    this.#sink.onNotice({ kind: "named", ...meaning });
  }
}

/** What the phone said, without what it left out. */
function said(status: PhoneStatus): JsonObject {
  const known = Object.entries(status).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known as [string, Json][]);
}
