import type {
  Candidate,
  DeviceError,
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
import { isClockFault, type ClockVerdict } from "@polychron/sync";
import { DeviceClock, type ClockNature } from "./device-clock.js";
import { FragmentRing } from "./fragment-ring.js";
import { ProbedClock, type ClockNews } from "./probed-clock.js";
import { ProbeHistory } from "./probe-history.js";
import { StampSteps } from "./stamp-steps.js";
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
  /** Of these times: a device that begins anew has other streams. */
  readonly stamps: StampSteps;
}

/** Told of what one device says. */
export interface DeviceListener {
  /** True where a recording keeps the block: nobody else will ask for it. */
  onBlock(stream: LiveStream, block: SampleBlock): unknown;
  onNotice(notice: DriverNotice): void;
  onFragment?(stream: LiveStream, fragment: MediaFragment): void;
  onPreview?(picture: PreviewPicture): void;
}

/** A connected device: its driver, and the last that was heard of it. */
export class LiveDevice implements DriverSink {
  readonly candidate: Candidate;
  /** Its clock, as far as it answers probes. */
  readonly clock = new ProbedClock();
  /** Readings of its clock while it streams. */
  readonly readings = new ProbeHistory();
  /** The newest video, for a recording that is about to begin. */
  readonly fragments = new FragmentRing();
  /** Why it is not let into a recording. */
  refusal: DeviceError | undefined;
  readonly #listeners = new Set<DeviceListener>();
  readonly #newsListeners = new Set<(news: ClockNews) => void>();
  #driver: Driver | undefined;
  #identity: DeviceIdentity | undefined;
  #id = "";
  #streams = new Map<string, LiveStream>();
  #battery: { readonly volts: number | null; readonly percent: number } | undefined;
  #status: JsonObject | null = null;
  #frameFaults = { dropped: 0, duplicated: 0 };
  #discardedBytes = 0;
  #refusedBlocks = 0;
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

  /** Whether its times can be used: by the clock that answers probes, and by the stamps of its streams. */
  get clockVerdict(): ClockVerdict {
    const { verdict } = this.clock;
    if (isClockFault(verdict)) return verdict;
    return this.streams.map(({ clock }) => clock.verdict).find(isClockFault) ?? verdict;
  }

  get batteryPercent(): number | null {
    return this.#battery?.percent ?? null;
  }

  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  /** Blocks of samples that were not taken. */
  get refusedBlocks(): number {
    return this.#refusedBlocks;
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
    const { streams } = this.driver;
    const probed = streams.find(({ clock }) => clock.twoWay);
    if (probed !== undefined) this.clock.announce(probed.clock.name);
    return new Map(streams.map((info) => [info.fileType, kept(info) ?? this.#newStream(info)]));
  }

  #newStream(info: StreamInfo): LiveStream {
    const clock = new DeviceClock(info.clock.twoWay ? this.clock : natureOf(info), info.clock.boundS);
    const name = { device: this.id, fileType: info.fileType, channels: info.channels.length };
    const trace = new Trace(name, clock.hubUs);
    const ring = new SampleRing({ spanS: RING_S, channels: info.channels.length });
    return { info, clock, trace, meter: new StreamMeter(info), ring, stamps: new StampSteps() };
  }

  onBlock(block: SampleBlock): void {
    const stream = this.#streams.get(block.fileType);
    if (stream === undefined) return;
    // What it complains of is over; the session's log keeps that it was.
    if (this.#error?.code === "DEVICE_STALLED") this.#error = null;
    stream.clock.push(block);
    stream.meter.push(block);
    let isKept = false;
    for (const listener of this.#listeners) if (listener.onBlock(stream, block) === true) isKept = true;
    if (isKept) stream.ring.clear();
    else stream.ring.push(block);
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
    if (notice.kind === "refused") this.#refusedBlocks += 1;
    if (notice.kind === "fault" || notice.kind === "refused") this.#error = notice.error;
    if (notice.kind === "fault_over" && notice.code === this.#error?.code) this.#error = null;
    if (notice.kind === "phase" && notice.phase === "armed") this.#error = null;
    if (notice.kind === "status") this.#status = notice.values;
    if (notice.kind === "renewed") this.#renew();
    if (notice.kind === "phase" && notice.phase === "lost") this.clock.pathChanged();
    if (notice.kind === "probe") this.clock.push(notice.exchange);
    if (notice.kind === "clock_reading") this.#read(notice.exchange);
    if (notice.kind !== "frames") return;
    this.#frameFaults.dropped += notice.dropped;
    this.#frameFaults.duplicated += notice.duplicated;
  }

  #read(exchange: ProbeExchange): void {
    this.readings.push(exchange);
    const news = this.streams.map(({ clock }) => clock.read(exchange)).find((told) => told !== undefined);
    if (news !== undefined) for (const listener of this.#newsListeners) listener(news);
  }

  /** Told when its clock jumped or was made anew, whether it was probed or read. */
  onClockNews(listener: (news: ClockNews) => void): () => void {
    this.#newsListeners.add(listener);
    const leave = this.clock.onNews(listener);
    return () => {
      this.#newsListeners.delete(listener);
      leave();
    };
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
      refused_blocks: this.#refusedBlocks,
      status: this.#status,
      clock: this.streams[0]?.clock.view(nowUs) ?? null,
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

function natureOf(info: StreamInfo): Exclude<ClockNature, "two_way"> {
  return info.clock.name === HUB_CLOCK_NAME ? "hub" : "one_way";
}
