import { DeviceError } from "../../errors.js";
import type { OrderedFault } from "../../ordered-fault.js";
import type { DevicePort } from "../../transport/loopback.js";
import { TICK_HZ } from "../opcodes.js";
import type { Agenda } from "./agenda.js";
import type { DeviceState } from "./device-state.js";
import { shimmerFault, type FaultKind } from "./faults.js";
import { junkBytes, type Outlet } from "./outlet.js";
import type { Radio } from "./radio.js";
import type { Uptime } from "./uptime.js";

/** What faults act on. */
export interface FaultTargets {
  readonly uptime: Uptime;
  readonly agenda: Agenda;
  readonly state: DeviceState;
  readonly radio: Radio;
  readonly outlet: Outlet;
  readonly port: DevicePort;
  /** Says of itself how the device is. */
  readonly tellStatus: () => void;
  readonly powerCycle: () => void;
  readonly setTicks: (ticks: number) => void;
}

/** Before a link is cut nothing is sent for so long, so that every byte sent before has been read. */
const QUIET_S = 0.5;
const COUNTER_TICKS = 2 ** 24;

/** Takes orders for faults and carries them out when their time has come, by the device's own counter. */
export class FaultDesk {
  readonly #targets: FaultTargets;
  #waiting: readonly OrderedFault[];

  /** @param faults timed from the start of the stream; junk at 0 comes when a host connects */
  constructor(targets: FaultTargets, faults: readonly OrderedFault[]) {
    this.#targets = targets;
    this.#waiting = faults;
  }

  /**
   * Times a fault from now.
   * @throws DeviceError `DEVICE_STATE_INVALID`: the counter of a running stream cannot be set without breaking it;
   * `DEVICE_FAULT_INVALID`: no Shimmer can have it
   */
  order(ordered: OrderedFault): void {
    const fault = shimmerFault(ordered);
    const { state, uptime, agenda } = this.#targets;
    if (fault.kind === "wrap" && state.isSensing) {
      const hint = "Order the wrap before the stream starts.";
      throw new DeviceError("DEVICE_STATE_INVALID", { command: "wrap", phase: "streaming", hint });
    }
    if (fault.kind === "wrap") this.#waiting = [...this.#waiting, fault];
    else agenda.at(uptime.ticks + fault.atS * TICK_HZ, (atTicks) => this.#apply(fault, atTicks));
  }

  /** A host is there. */
  linkUp(): void {
    for (const fault of this.#takeWaiting(({ kind, atS }) => kind === "junk" && atS === 0)) {
      this.#targets.radio.raw(junkBytes(fault.count));
    }
  }

  /** The stream is about to start. */
  streamStarts(): void {
    for (const { atS } of this.#takeWaiting(({ kind }) => kind === "wrap")) {
      this.#targets.setTicks(COUNTER_TICKS - atS * TICK_HZ);
    }
    for (const fault of this.#takeWaiting(() => true)) this.order(fault);
  }

  #takeWaiting(isWanted: (fault: OrderedFault) => boolean): OrderedFault[] {
    const wanted = this.#waiting.filter(isWanted);
    this.#waiting = this.#waiting.filter((fault) => !wanted.includes(fault));
    return wanted;
  }

  #apply(fault: OrderedFault<FaultKind>, atTicks: number): void {
    const endTicks = atTicks + fault.durationS * TICK_HZ;
    const { state, radio, outlet, agenda } = this.#targets;
    switch (fault.kind) {
      case "drop":
      case "cut":
      case "flip":
        return outlet.strike(fault.kind, fault.count);
      case "junk":
        return state.isSensing ? outlet.strike("junk", fault.count) : void radio.raw(junkBytes(fault.count));
      case "silence":
        radio.isSilent = true;
        return agenda.at(endTicks, () => (radio.isSilent = false));
      case "split":
        radio.isSplit = true;
        return agenda.at(endTicks, () => (radio.isSplit = false));
      case "dock":
        this.#setDocked(true);
        return agenda.at(endTicks, () => this.#setDocked(false));
      case "lowbattery":
        state.isBatteryLow = true;
        return this.#targets.tellStatus();
      case "close":
      case "reset":
        return this.#breakLink(fault, atTicks);
      case "wrap":
        return;
    }
  }

  #breakLink(fault: OrderedFault, atTicks: number): void {
    const { radio, port, agenda, powerCycle } = this.#targets;
    radio.isSilent = true;
    agenda.at(atTicks + QUIET_S * TICK_HZ, (cutTicks) => {
      agenda.at(cutTicks + fault.durationS * TICK_HZ, () => {
        radio.isSilent = false;
        port.restore();
      });
      port.cut("the emulator closed the port, as ordered");
      if (fault.kind === "reset") powerCycle();
    });
  }

  #setDocked(isDocked: boolean): void {
    this.#targets.state.isDocked = isDocked;
    this.#targets.tellStatus();
  }
}
