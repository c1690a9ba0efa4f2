import type { OrderedFault } from "../ordered-fault.js";
import type { DevicePort } from "../transport/loopback.js";
import { Agenda } from "./emulator/agenda.js";
import { CommandReader } from "./emulator/command-reader.js";
import { REFUSED_WHILE_SENSING, type Command } from "./emulator/command-table.js";
import { DeviceState } from "./emulator/device-state.js";
import { FaultDesk } from "./emulator/fault-desk.js";
import { hexText } from "./emulator/memory.js";
import { crystal, deviceKind, type ShimmerEmulatorOptions } from "./emulator/options.js";
import { Outlet } from "./emulator/outlet.js";
import { Pacer } from "./emulator/pacer.js";
import { channelsAt, rawNames } from "./emulator/packet-source.js";
import { Radio } from "./emulator/radio.js";
import { packetSource, streamSetup } from "./emulator/stream-setup.js";
import { Uptime } from "./emulator/uptime.js";
import { firmwareAtLeast } from "./facts.js";
import { OP, TICK_HZ } from "./opcodes.js";

/** Firmware skips the first samples of a stream (protocol reference, section 2). */
const SKIPPED_TICKS = 2130;
/** Up to LogAndStream 0.11.0 a stop is not confirmed and data go on for a while. */
const SLOW_STOP_TICKS = 0.2 * TICK_HZ;

/**
 * A Shimmer3 or 3R made of code, at the device's end of a byte pipe: answers the real protocol byte for byte, samples
 * by its own crystal, and fails when ordered to. Its settings outlive disconnects and power cycles, as on the device.
 */
export class ShimmerEmulator {
  readonly #options: ShimmerEmulatorOptions;
  readonly #uptime: Uptime;
  readonly #agenda = new Agenda();
  readonly #state: DeviceState;
  readonly #radio: Radio;
  readonly #outlet: Outlet;
  readonly #pacer: Pacer;
  readonly #desk: FaultDesk;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(port: DevicePort, options: ShimmerEmulatorOptions) {
    const { timers, seed, onTruth = () => undefined } = options;
    this.#options = options;
    this.#uptime = new Uptime(options.clock, crystal(options));
    this.#radio = new Radio(port);
    this.#outlet = new Outlet({ radio: this.#radio, uptime: this.#uptime }, seed, onTruth);
    this.#state = new DeviceState(deviceKind(options), this.#uptime, {
      start: () => this.#start(),
      stop: () => this.#stop(),
      setCrcMode: (mode) => void (this.#radio.crcBytes = mode === 1 || mode === 2 ? mode : 0),
      setTicks: (ticks) => this.#setTicks(ticks),
    });
    const parts = { uptime: this.#uptime, agenda: this.#agenda, outlet: this.#outlet, radio: this.#radio };
    this.#pacer = new Pacer({ ...parts, timers });
    const hooks = {
      tellStatus: () => this.#tellStatus(),
      powerCycle: () => this.#powerCycle(),
      setTicks: (ticks: number) => this.#setTicks(ticks),
    };
    this.#desk = new FaultDesk({ ...parts, ...hooks, state: this.#state, port }, options.faults ?? []);
    this.#unsubscribe = this.#listen(port);
  }

  /** The address, twelve lower-case hex digits. */
  get mac(): string {
    return hexText(this.#state.mac);
  }

  /**
   * Orders a fault, timed from now.
   * @throws DeviceError `DEVICE_STATE_INVALID`: a wrap cannot be ordered while the stream runs
   */
  order(fault: OrderedFault): void {
    this.#desk.order(fault);
    this.#pacer.nudge();
  }

  /** Switches the device off for good; idempotent. */
  close(): void {
    this.#pacer.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  #listen(port: DevicePort): (() => void)[] {
    const reader = new CommandReader((opcode, command, args) => this.#obey(opcode, command, args));
    const onBytes = (bytes: Uint8Array): void => {
      // What was due before the command leaves before its answer.
      this.#pacer.advance();
      if (!this.#radio.isSilent) reader.push(bytes);
    };
    const onLink = (isUp: boolean): void => {
      reader.clear();
      if (isUp) this.#desk.linkUp();
      else this.#hostLeft();
    };
    return [port.onReceived(onBytes), port.onLink(onLink)];
  }

  #obey(opcode: number, command: Command, args: Uint8Array): void {
    if (this.#state.isSensing && this.#state.firmware.major >= 1 && REFUSED_WHILE_SENSING.has(opcode)) {
      this.#radio.message(Uint8Array.of(OP.nack));
      return;
    }
    const answer = command.run(this.#state, args);
    if (answer !== "silent") this.#radio.message(Uint8Array.of(OP.ack, ...(answer ?? [])));
  }

  /** Without effect, and confirmed all the same, when it streams already or has nothing to send. */
  #start(): void {
    const setup = streamSetup(this.#state);
    if (this.#state.isSensing || setup === undefined) return;
    this.#desk.streamStarts();
    const { wire, tickBytes } = setup.plan;
    const { start, power } = this.#outlet.stream;
    this.#outlet.stream = { start: start + 1, power, channelsAt: channelsAt(tickBytes), names: rawNames(wire) };
    const { seed, stepLateTicks = 0 } = this.#options;
    const nowTicks = this.#uptime.ticks;
    const source = packetSource(setup, this.#state, { seed, stepLateTicks, nowTicks });
    this.#state.isSensing = true;
    this.#pacer.begin({ source, sentFromTicks: nowTicks + SKIPPED_TICKS });
  }

  #stop(): "silent" | void {
    if (firmwareAtLeast(this.#state.firmware, [0, 11, 1]) || !this.#state.isSensing) return this.#endStream();
    this.#agenda.at(this.#uptime.ticks + SLOW_STOP_TICKS, () => this.#endStream());
    this.#pacer.nudge();
    return "silent";
  }

  #endStream(): void {
    this.#pacer.end();
    this.#state.isSensing = false;
  }

  #hostLeft(): void {
    this.#endStream();
    this.#radio.crcBytes = 0;
    this.#state.hasStatusPrefix = true;
  }

  #powerCycle(): void {
    this.#hostLeft();
    this.#state.powerCycle();
    const { stream } = this.#outlet;
    this.#outlet.stream = { ...stream, power: stream.power + 1 };
    this.#setTicks(0);
  }

  #setTicks(ticks: number): void {
    this.#agenda.shift(ticks - this.#uptime.ticks);
    this.#uptime.set(ticks);
  }

  #tellStatus(): void {
    const prefix = this.#state.hasStatusPrefix ? [OP.ack] : [];
    this.#radio.message(Uint8Array.of(...prefix, OP.inStream, OP.statusAnswer, ...this.#state.status()));
  }
}
