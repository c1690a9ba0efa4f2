import type { JsonObject, StreamInfo } from "@polychron/session/model";
import type { DeviceIdentity, Driver, DriverPhase, DriverSink, ProbeExchange } from "../driver.js";
import { DeviceError } from "../errors.js";
import type { MonotonicClock, Timers } from "../timing.js";
import type { Transport } from "../transport/transport.js";
import { ClockAsker } from "./clock-asker.js";
import { comeBack } from "./come-back.js";
import { ShimmerConnection } from "./connection.js";
import { Notices } from "./notices.js";
import { parseSettings, type ShimmerSettings } from "./settings.js";
import { Watch } from "./watch.js";

/** What a Shimmer's driver is made of. */
export interface ShimmerDriverOptions {
  readonly transport: Transport;
  /** Where it is, for messages. */
  readonly address: string;
  readonly sink: DriverSink;
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  /** Whether what answers is an emulator; carried into every file. */
  readonly simulated: boolean;
  readonly settings?: JsonObject;
  /** A number from 0 to 1, for waits that are left to chance; `Math.random` when absent. */
  readonly random?: () => number;
}

/** A Shimmer3 or 3R: asks who is there, configures, streams, and comes back by itself when the connection is lost. */
export class ShimmerDriver implements Driver {
  readonly #options: ShimmerDriverOptions;
  readonly #notices: Notices;
  readonly #connection: ShimmerConnection;
  readonly #watch: Watch;
  readonly #asker: ClockAsker;
  #phase: DriverPhase = "closed";
  #settings: ShimmerSettings;
  /** Ends everything that runs for the present connection. */
  #life = new AbortController();

  constructor(options: ShimmerDriverOptions) {
    const { sink, clock, address } = options;
    const onLost = (reason: string): void => this.#lose(reason);
    this.#options = options;
    this.#settings = parseSettings(options.settings ?? {});
    this.#notices = new Notices(sink, clock, address);
    this.#connection = new ShimmerConnection({ ...options, notices: this.#notices, onLost });
    const readBattery = (): Promise<void> => this.#connection.readBattery(this.#life.signal);
    this.#watch = new Watch(this.#connection, { ...options, notices: this.#notices, onLost, readBattery });
    const readClock = (): Promise<ProbeExchange | undefined> => this.#connection.readClock(this.#life.signal);
    this.#asker = new ClockAsker({ random: Math.random, ...options, notices: this.#notices, readClock });
  }

  get phase(): DriverPhase {
    return this.#phase;
  }

  get settings(): JsonObject {
    return this.#connection.confirmed(this.#settings);
  }

  get streams(): readonly StreamInfo[] {
    return [this.#connection.info];
  }

  get readsClock(): boolean {
    return this.#connection.isClockReadable;
  }

  async connect(signal: AbortSignal): Promise<DeviceIdentity> {
    this.#require("closed", "connect", "Disconnect it first.");
    this.#enter("connecting");
    this.#life = new AbortController();
    try {
      const identity = await this.#connection.open(this.#settings, AbortSignal.any([signal, this.#life.signal]));
      this.#enter("connected");
      return identity;
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
  }

  async configure(settings: JsonObject, signal: AbortSignal): Promise<void> {
    this.#require("connected", "configure", "Stop its stream first.");
    const wanted = parseSettings(settings);
    await this.#connection.configure(wanted, signal);
    this.#settings = wanted;
  }

  async arm(signal: AbortSignal): Promise<void> {
    this.#require("connected", "arm", "Connect it first.");
    await this.#connection.start(signal, false);
    this.#enter("armed");
    this.#watch.start();
    this.#asker.start();
  }

  async disarm(signal: AbortSignal): Promise<void> {
    if (this.#phase === "connected") return;
    this.#require("armed", "disarm", "Wait until it is connected again.");
    this.#enter("connected");
    this.#watch.stop();
    this.#asker.stop();
    await this.#connection.stop(signal);
    this.#watch.tellDiscarded();
  }

  async close(): Promise<void> {
    if (this.#phase === "closed") return;
    const wasArmed = this.#phase === "armed";
    this.#enter("closed");
    this.#watch.stop();
    this.#asker.stop();
    const reason = "the hub let go of it";
    this.#life.abort(new DeviceError("TRANSPORT_CLOSED", { address: this.#options.address, reason }));
    await this.#connection.close(wasArmed);
    this.#watch.tellDiscarded();
  }

  /** The connection ended by itself: say so, and try to come back for as long as nobody closes the driver. */
  #lose(reason: string): void {
    if (this.#phase !== "armed" && this.#phase !== "connected") return;
    const wasArmed = this.#phase === "armed";
    this.#connection.endFlow();
    this.#enter("lost");
    this.#watch.stop();
    this.#asker.stop();
    this.#watch.tellDiscarded();
    const { address, timers } = this.#options;
    this.#notices.fault(new DeviceError("DEVICE_LOST", { device: address, reason }));
    const { signal } = this.#life;
    const restore = (): Promise<void> => this.#restore(wasArmed, signal);
    const letGo = (): Promise<void> => this.#connection.close(false);
    const onFault = (thrown: unknown): void => this.#notices.fault(thrown);
    void comeBack({ timers, restore, letGo, onFault }, address, signal);
  }

  async #restore(wasArmed: boolean, signal: AbortSignal): Promise<void> {
    await this.#connection.open(this.#settings, signal);
    if (wasArmed) await this.#connection.start(signal, true);
    signal.throwIfAborted();
    this.#enter(wasArmed ? "armed" : "connected");
    if (!wasArmed) return;
    this.#watch.start();
    this.#asker.start();
  }

  #enter(phase: DriverPhase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#notices.phase(phase);
  }

  #require(phase: DriverPhase, command: string, hint: string): void {
    if (this.#phase !== phase) throw new DeviceError("DEVICE_STATE_INVALID", { command, phase: this.#phase, hint });
  }
}
