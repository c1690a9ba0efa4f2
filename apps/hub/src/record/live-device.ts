import type {
  Candidate,
  DeviceIdentity,
  Driver,
  DriverNotice,
  DriverPhase,
  DriverSink,
  MediaFragment,
  PreviewPicture,
  ProbeExchange,
} from "@polychron/devices";
import type { DeviceView } from "@polychron/protocol";
import {
  HUB_CLOCK_NAME,
  SampleRing,
  type ErrorReport,
  type JsonObject,
  type SampleBlock,
  type StreamInfo,
} from "@polychron/session/model";
import { DeviceClock, type ClockNature } from "./device-clock.js";
import { FragmentRing } from "./fragment-ring.js";
import { ProbeHistory } from "./probe-history.js";
import { StreamMeter } from "./stream-meter.js";
import { Trace } from "./trace.js";

/** Long enough to begin a recording whose files took their time to open. */
const RING_S = 3;

/** One stream of a connected device: everything that watches its blocks. */
export interface LiveStream {
  readonly info: StreamInfo;
  readonly meter: StreamMeter;
  readonly clock: DeviceClock;
  readonly trace: Trace;
  readonly ring: SampleRing;
}

/** Told of what one device says. */
export interface DeviceListener {
  onBlock(stream: LiveStream, block: SampleBlock): void;
  onNotice(notice: DriverNotice): void;
  onFragment?(stream: LiveStream, fragment: MediaFragment): void;
  onPreview?(picture: PreviewPicture): void;
}

/** A connected device: its driver, and the last that was heard of it. */
export class LiveDevice implements DriverSink {
  readonly candidate: Candidate;
  /** The raw questions to its clock and their answers. */
  readonly probes = new ProbeHistory();
  /** The newest video, for a recording that is about to begin. */
  readonly fragments = new FragmentRing();
  readonly #listeners = new Set<DeviceListener>();
  #driver: Driver | undefined;
  #identity: DeviceIdentity | undefined;
  #id = "";
  #streams = new Map<string, LiveStream>();
  #battery: { readonly volts: number | null; readonly percent: number } | undefined;
  #status: JsonObject | null = null;
  #frameFaults = { dropped: 0, duplicated: 0 };
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
    this.#frameFaults = { dropped: 0, duplicated: 0 };
    this.#streams = this.#announced(() => undefined);
  }

  /** The device began anew: other streams from here on, but for its video, whose times are the hub's own and whose frames carry on. */
  #renew(): void {
    this.#streams = this.#announced((info) => {
      const before = this.#streams.get(info.fileType);
      return info.isFrames && before?.info.nominalRateHz === info.nominalRateHz ? before : undefined;
    });
  }

  #announced(kept: (info: StreamInfo) => LiveStream | undefined): Map<string, LiveStream> {
    const shared = new DeviceClock("two_way");
    return new Map(
      this.driver.streams.map((info) => {
        const clock = info.clock.twoWay ? shared : new DeviceClock(natureOf(info));
        return [info.fileType, kept(info) ?? this.#newStream(info, clock)];
      }),
    );
  }

  #newStream(info: StreamInfo, clock: DeviceClock): LiveStream {
    const name = { device: this.id, fileType: info.fileType, channels: info.channels.length };
    const trace = new Trace(name, clock.hubUs);
    return {
      info,
      clock,
      trace,
      meter: new StreamMeter(info),
      ring: new SampleRing({ spanS: RING_S, channels: info.channels.length }),
    };
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

  onFragment(fragment: MediaFragment): void {
    const stream = this.#streams.get(fragment.frames.fileType);
    if (stream === undefined) return;
    stream.meter.push(fragment.frames);
    this.fragments.push(fragment);
    for (const listener of this.#listeners) listener.onFragment?.(stream, fragment);
  }

  onPreview(picture: PreviewPicture): void {
    for (const listener of this.#listeners) listener.onPreview?.(picture);
  }

  onNotice(notice: DriverNotice): void {
    this.#remember(notice);
    for (const listener of this.#listeners) listener.onNotice(notice);
  }

  #remember(notice: DriverNotice): void {
    if (notice.kind === "battery") this.#battery = notice;
    if (notice.kind === "discarded") this.#discardedBytes += notice.bytes;
    if (notice.kind === "fault") this.#error = notice.error;
    if (notice.kind === "phase" && notice.phase === "armed") this.#error = null;
    if (notice.kind === "status") this.#status = notice.values;
    if (notice.kind === "renewed") this.#renew();
    if (notice.kind === "probe") this.#probed(notice.exchange);
    if (notice.kind !== "frames") return;
    this.#frameFaults.dropped += notice.dropped;
    this.#frameFaults.duplicated += notice.duplicated;
  }

  #probed(exchange: ProbeExchange): void {
    this.probes.push(exchange);
    const { t1S, t2S, t3S, t4S } = exchange;
    if (t2S === null || t3S === null || t4S === null) return;
    this.streams.find(({ clock }) => clock.nature === "two_way")?.clock.probe({ t1S, t2S, t3S, t4S });
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
      status: this.#status,
      video: this.#video,
      error: this.#error,
    };
  }

  get #video(): DeviceView["video"] {
    const { media } = this.driver;
    if (media === undefined) return null;
    const { width, height, codec } = media;
    return { width, height, codec, ...this.#frameFaults };
  }
}

function natureOf(info: StreamInfo): ClockNature {
  return info.clock.name === HUB_CLOCK_NAME ? "hub" : "one_way";
}
