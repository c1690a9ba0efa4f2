import type { JsonObject } from "@polychron/session/model";
import type { DriverPhase, DriverSink, ProbeExchange } from "../driver.js";
import { asDeviceError, DeviceError } from "../errors.js";
import { batteryPercent, batteryVolts } from "../formulas/analog.js";
import type { MonotonicClock } from "../timing.js";
import { parseBattery } from "./facts.js";
import { OP, STATUS_BITS } from "./opcodes.js";
import type { Control } from "./replies.js";
import type { FlowGap } from "./sample-flow.js";

/** Below this a device may stop before the next recording is over. */
const LOW_BATTERY_PERCENT = 15;

/** What one device says beside its samples, stamped with hub time and put into words for its owner. */
export class Notices {
  readonly #sink: DriverSink;
  readonly #clock: MonotonicClock;
  readonly #device: string;

  /** @param device how messages name it */
  constructor(sink: DriverSink, clock: MonotonicClock, device: string) {
    this.#sink = sink;
    this.#clock = clock;
    this.#device = device;
  }

  phase(phase: DriverPhase): void {
    this.#sink.onNotice({ kind: "phase", phase, atUs: this.#clock.nowUs() });
  }

  /** Everything here can pass: the device comes back, or goes on. */
  fault(thrown: unknown): void {
    const error = asDeviceError(thrown, this.#device).toJSON();
    this.#sink.onNotice({ kind: "fault", error, recoverable: true, atUs: this.#clock.nowUs() });
  }

  gap(fileType: string, gap: FlowGap, atUs: number): void {
    this.#sink.onNotice({ kind: "gap", fileType, ...gap, atUs });
  }

  discarded(bytes: number, badChecksums: number): void {
    this.#sink.onNotice({ kind: "discarded", bytes, badChecksums, atUs: this.#clock.nowUs() });
  }

  clockReading(exchange: ProbeExchange): void {
    this.#sink.onNotice({ kind: "clock_reading", exchange, atUs: this.#clock.nowUs() });
  }

  /** An answer that came unasked: a status or a battery reading in the stream. */
  unasked(control: Control): void {
    if (control.kind !== "reply") return;
    if (control.opcode === OP.batteryAnswer) this.battery(control.payload);
    if (control.opcode === OP.statusAnswer) {
      const values = statusValues(control.payload[0] ?? 0);
      this.#sink.onNotice({ kind: "status", values, atUs: this.#clock.nowUs() });
    }
  }

  /** The payload of a battery reading; a low one is a fault as well. */
  battery(payload: Uint8Array): void {
    const volts = batteryVolts(parseBattery(payload).counts);
    const percent = batteryPercent(volts);
    this.#sink.onNotice({ kind: "battery", volts, percent, atUs: this.#clock.nowUs() });
    if (percent < LOW_BATTERY_PERCENT) {
      this.fault(new DeviceError("DEVICE_BATTERY_LOW", { device: this.#device, percent: Math.round(percent) }));
    }
  }
}

function statusValues(status: number): JsonObject {
  return Object.fromEntries(Object.entries(STATUS_BITS).map(([name, bit]) => [name, (status & bit) !== 0]));
}
