import type { Candidate, DeviceIdentity, Driver, DriverNotice, DriverPhase, DriverSink } from "@polychron/devices";
import type { DeviceView } from "@polychron/protocol";
import { BlockRing, type ErrorReport, type SampleBlock, type StreamInfo } from "@polychron/session/model";
import { DeviceClock } from "./device-clock.js";
import { StreamMeter } from "./stream-meter.js";
import { Trace } from "./trace.js";

/** Long enough to begin a recording whose files took their time to open. */
const RING_S = 10;

/** One stream of a connected device: everything that watches its blocks. */
export interface LiveStream {
  readonly info: StreamInfo;
  readonly meter: StreamMeter;
  readonly clock: DeviceClock;
  readonly trace: Trace;
  readonly ring: BlockRing;
}

/** Told of what one device says. */
export interface DeviceListener {
  onBlock(stream: LiveStream, block: SampleBlock): void;
  onNotice(notice: DriverNotice): void;
}

/** A connected device: its driver, and the last that was heard of it. */
export class LiveDevice implements DriverSink {
  readonly candidate: Candidate;
  readonly #listeners = new Set<DeviceListener>();
  #driver: Driver | undefined;
  #identity: DeviceIdentity | undefined;
  #id = "";
  #streams = new Map<string, LiveStream>();
  #battery: { volts: number; percent: number } | undefined;
  #discardedBytes = 0;
  #error: ErrorReport | null = null;

  constructor(candidate: Candidate) {
    this.candidate = candidate;
  }

  /** Once the driver knows who answers. */
  introduce(id: string, identity: DeviceIdentity, driver: Driver): void {
    this.#id = id;
    this.#identity = identity;
    this.#driver = driver;
  }

  get id(): string {
    return this.#id;
  }

  get identity(): DeviceIdentity {
    return this.#identity!;
  }

  get driver(): Driver {
    return this.#driver!;
  }

  get phase(): DriverPhase {
    return this.#driver?.phase ?? "connecting";
  }

  get streams(): readonly LiveStream[] {
    return [...this.#streams.values()];
  }

  get batteryPercent(): number | null {
    return this.#battery?.percent ?? null;
  }

  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  /** Takes the streams the driver announces now; called before each arming. */
  adoptStreams(): void {
    this.#streams = new Map(
      this.driver.streams.map((info) => {
        const clock = new DeviceClock();
        const name = { device: this.id, fileType: info.fileType, channels: info.channels.length };
        const trace = new Trace(name, clock.hubUs);
        return [info.fileType, { info, clock, trace, meter: new StreamMeter(info), ring: new BlockRing(RING_S) }];
      }),
    );
  }

  onBlock(block: SampleBlock): void {
    const stream = this.#streams.get(block.fileType);
    if (stream === undefined) return;
    // What it complains of is over; the session's log keeps that it was.
    if (this.#error?.code === "DEVICE_STALLED") this.#error = null;
    stream.clock.push(block);
    stream.meter.push(block);
    stream.ring.push(block);
    for (const listener of this.#listeners) listener.onBlock(stream, block);
  }

  onNotice(notice: DriverNotice): void {
    if (notice.kind === "battery") this.#battery = notice;
    if (notice.kind === "discarded") this.#discardedBytes += notice.bytes;
    if (notice.kind === "fault") this.#error = notice.error;
    if (notice.kind === "phase" && notice.phase === "armed") this.#error = null;
    for (const listener of this.#listeners) listener.onNotice(notice);
  }

  listen(listener: DeviceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As of a hub time, with the open session it belongs to. */
  view(session: string | null, nowUs: number): DeviceView {
    return {
      id: this.id,
      label: this.identity.label,
      device_type: this.identity.deviceType,
      family: this.candidate.family,
      address: this.candidate.address,
      phase: this.phase,
      simulated: this.identity.simulated,
      firmware: this.identity.firmware,
      battery_percent: this.#battery?.percent ?? null,
      battery_volts: this.#battery?.volts ?? null,
      settings: this.driver.settings,
      session,
      streams: this.streams.map((stream) => stream.meter.view(nowUs)),
      discarded_bytes: this.#discardedBytes,
      error: this.#error,
    };
  }
}
