import type { Firmware } from "../facts.js";
import { SHIMMER3R, STATUS_BITS } from "../opcodes.js";
import type { CommandedDevice } from "./command-table.js";
import { factoryMemory } from "./memory.js";
import type { DeviceKind } from "./options.js";
import { batteryCountsOf } from "./raw-values.js";
import type { Uptime } from "./uptime.js";

/** What the state asks of the rest of the emulator. */
export interface StateHooks {
  start(): void;
  /** `"silent"` when the firmware does not confirm it. */
  stop(): "silent" | void;
  setCrcMode(mode: number): void;
  /** The counter of a 3R is its real-world clock: setting one moves the other. */
  setTicks(ticks: number): void;
}

const FULL_VOLTS = 4.1;
/** Well below the firmware's "low" (2568 counts), above its automatic stop (2500). */
const LOW_COUNTS = 2510;
const CHARGE_UNKNOWN = 0xff;
const CHARGING = 0x80;
/** A 3R calls its clock set when it is later than 2025-01-01, in ticks. */
const YEAR_2025_TICKS = BigInt(Date.UTC(2025, 0, 1) / 1000) * 32768n;

/** What an emulated device knows and remembers: settings, clock, battery, dock. */
export class DeviceState implements CommandedDevice {
  memory: Uint8Array;
  isSensing = false;
  isDocked = false;
  isBatteryLow = false;
  hasStatusPrefix = true;
  readonly hardware: number;
  readonly firmware: Firmware;
  readonly mac: Uint8Array;
  readonly #uptime: Uptime;
  readonly #hooks: StateHooks;
  /** Real-world clock less uptime, ticks; undefined while nobody has set it. */
  #clockOffset: bigint | undefined;

  constructor(kind: DeviceKind, uptime: Uptime, hooks: StateHooks) {
    this.hardware = kind.hardware;
    this.firmware = kind.firmware;
    this.mac = kind.mac;
    this.memory = factoryMemory(kind.mac);
    this.#uptime = uptime;
    this.#hooks = hooks;
  }

  start(): void {
    this.#hooks.start();
  }

  stop(): "silent" | void {
    return this.#hooks.stop();
  }

  setCrcMode(mode: number): void {
    this.#hooks.setCrcMode(mode);
  }

  setStatusPrefix(isOn: boolean): void {
    this.hasStatusPrefix = isOn;
  }

  /** Status byte, and on a 3R the second one: on USB or not. */
  status(): Uint8Array {
    const { docked, sensing, clock_set, streaming, sd_present, led_red } = STATUS_BITS;
    const bits =
      sd_present |
      (this.isDocked ? docked : 0) |
      (this.isSensing ? sensing | streaming : 0) |
      (this.#isClockSet ? clock_set : 0) |
      (this.isBatteryLow ? led_red : 0);
    return this.hardware === SHIMMER3R ? Uint8Array.of(bits, 0) : Uint8Array.of(bits);
  }

  battery(): Uint8Array {
    const counts = this.batteryCounts;
    return Uint8Array.of(counts & 0xff, counts >> 8, this.isDocked ? CHARGING : CHARGE_UNKNOWN);
  }

  get batteryCounts(): number {
    return this.isBatteryLow ? LOW_COUNTS : batteryCountsOf(FULL_VOLTS);
  }

  get clockTicks(): bigint {
    return BigInt(Math.floor(this.#uptime.ticks)) + (this.#clockOffset ?? 0n);
  }

  set clockTicks(ticks: bigint) {
    if (this.hardware === SHIMMER3R) this.#hooks.setTicks(Number(ticks));
    this.#clockOffset = ticks - BigInt(Math.floor(this.#uptime.ticks));
  }

  /** Switched off and on: the settings stay, the clock does not. */
  powerCycle(): void {
    this.#clockOffset = undefined;
    this.isSensing = false;
    this.hasStatusPrefix = true;
  }

  get #isClockSet(): boolean {
    return this.hardware === SHIMMER3R ? this.clockTicks > YEAR_2025_TICKS : this.#clockOffset !== undefined;
  }
}
