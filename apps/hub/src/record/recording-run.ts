import type { DriverNotice, MediaFragment } from "@polychron/devices";
import type { Clock, HubUs, SampleBlock, Timers } from "@polychron/session/model";
import type { StreamCounts } from "@polychron/session/format";
import type { OpenSession } from "@polychron/session/store";
import { recordClock } from "./clock-file.js";
import type { LiveDevice, LiveStream } from "./live-device.js";
import type { GapListener, Route } from "./route.js";
import { endsOfRoutes, sumOfRoutes } from "./route-counts.js";
import type { StreamEnds } from "./start-verdict.js";
import { StreamRoute } from "./stream-route.js";
import { VideoRoute } from "./video-route.js";

/** What a recording needs of the world. */
export interface RunPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onGap: GapListener;
  /** Told when the first samples of a stream are kept. */
  onBegun(): void;
  /** Told of a device whose files could not be opened; the others go on. */
  onOpenFailed(device: LiveDevice, thrown: unknown): void;
}

/** How long behind the stop the last samples before it may be under way: longer than any Bluetooth link holds a packet back. */
const TAIL_WITHIN_MS = 1500;

/** One start-to-stop run: its streams' routes from device to file, and the stop that waits for what is under way. */
export class RecordingRun {
  readonly number: number;
  readonly stamp: string;
  readonly startUs: HubUs;
  readonly #session: OpenSession;
  readonly #ports: RunPorts;
  readonly #routes = new Map<LiveStream, StreamRoute | VideoRoute>();
  readonly #clockTaps: (() => void)[] = [];
  /** Files being opened: no stream is given two. */
  readonly #opening = new Map<LiveStream, Promise<void>>();
  /** Streams of which something was kept. */
  readonly #begun = new Set<Route>();
  #stopUs: HubUs | undefined;
  #onBlock = (): void => undefined;

  constructor(session: OpenSession, begun: { number: number; stamp: string; startUs: HubUs }, ports: RunPorts) {
    this.number = begun.number;
    this.stamp = begun.stamp;
    this.startUs = begun.startUs;
    this.#session = session;
    this.#ports = ports;
  }

  get streamCount(): number {
    return this.#routes.size;
  }

  get isStopping(): boolean {
    return this.#stopUs !== undefined;
  }

  /** When it ends; undefined while nobody has said so. */
  get stopUs(): HubUs | undefined {
    return this.#stopUs;
  }

  /** Opens the files of every device; one that fails is reported and left out. */
  async open(devices: readonly LiveDevice[]): Promise<void> {
    await Promise.all(devices.map((device) => this.join(device)));
  }

  /** Begins to record a device: at the start, or when it joins or returns in mid-recording; once is enough. */
  async join(device: LiveDevice): Promise<void> {
    if (this.#stopUs !== undefined) return;
    const fresh = device.streams.filter((stream) => !this.#routes.has(stream) && !this.#opening.has(stream));
    await Promise.all(fresh.map((stream) => this.#openOnce(device, stream)));
  }

  /** True if something of the block is kept. */
  push(stream: LiveStream, block: SampleBlock): boolean {
    const route = this.#routes.get(stream);
    const isKept = route instanceof StreamRoute && route.push(block);
    this.#look(route);
    return isKept;
  }

  /** Samples that a device offered before their turn. */
  offer(device: LiveDevice, block: SampleBlock): void {
    const stream = device.streams.find(({ info }) => info.fileType === block.fileType);
    const route = stream && this.#routes.get(stream);
    if (route instanceof StreamRoute) route.offer(block);
  }

  pushFragment(stream: LiveStream, fragment: MediaFragment): void {
    const route = this.#routes.get(stream);
    if (route instanceof VideoRoute) route.push(fragment);
    this.#look(route);
  }

  /** Frames that the device failed to deliver. */
  loseFrames(device: LiveDevice, { dropped, atUs }: Extract<DriverNotice, { kind: "frames" }>): void {
    if (dropped === 0) return;
    for (const route of this.#routes.values())
      if (route instanceof VideoRoute && route.device === device) route.lose(dropped, atUs);
  }

  /**
   * Ends at `atUs`: waits for samples from before it that are still under way, and for `also` (devices that close files of
   * their own); the session then closes the files. Repeated, it keeps to the first end.
   */
  async stop(atUs: HubUs, also: Promise<unknown>): Promise<{ readonly atUs: HubUs; readonly streams: StreamCounts[] }> {
    const stopUs = (this.#stopUs ??= atUs);
    // A stop right behind the start finds files still being opened: they belong to the recording too.
    await Promise.all(this.#opening.values());
    for (const route of this.#routes.values()) route.stopAt(stopUs);
    await Promise.all([this.#tail(stopUs), also]);
    for (const untap of this.#clockTaps.splice(0)) untap();
    for (const route of this.#routes.values()) await route.settle();
    return { atUs: stopUs, streams: this.counts(stopUs) };
  }

  /** All of it is on the disk or counted as lost: devices need not keep what was received any longer. */
  release(): void {
    for (const route of this.#routes.values()) if (route instanceof StreamRoute) route.release();
  }

  /** Counts per stream as of a hub time. */
  counts(atUs: number): StreamCounts[] {
    const spanS = Math.max(0, (atUs - this.startUs) / 1e6);
    return sumOfRoutes([...this.#routes.values()], atUs, spanS);
  }

  /** Where each regular stream begins and ends; those of `devices` too that nothing was kept of. */
  ends(devices: readonly LiveDevice[], atUs: number): StreamEnds[] {
    return endsOfRoutes([...this.#routes.values()], devices, atUs);
  }

  /** A block went through a route: it may be its first, or the one behind the stop. */
  #look(route: Route | undefined): void {
    const isAnyNew = this.#begun.size < this.#routes.size;
    if (isAnyNew && route?.hasBegun === true && !this.#begun.has(route)) {
      this.#begun.add(route);
      this.#ports.onBegun();
    }
    this.#onBlock();
  }

  async #openOnce(device: LiveDevice, stream: LiveStream): Promise<void> {
    const opened = this.#open(device, stream).catch((thrown: unknown) => this.#ports.onOpenFailed(device, thrown));
    this.#opening.set(stream, opened);
    await opened;
    this.#opening.delete(stream);
  }

  async #open(device: LiveDevice, stream: LiveStream): Promise<void> {
    const route = stream.info.isFrames ? this.#videoRoute(device, stream) : await this.#streamRoute(device, stream);
    this.#routes.set(stream, route); // first, so that it is released whatever becomes of the replay
    route.replay();
    this.#look(route);
    const untap = await recordClock(this.#session, device, stream);
    if (untap !== undefined) this.#clockTaps.push(untap);
  }

  #videoRoute(device: LiveDevice, stream: LiveStream): VideoRoute {
    const { onGap, onOpenFailed: onFault } = this.#ports;
    return new VideoRoute({ device, stream }, this.#session, { startUs: this.startUs, onGap, onFault });
  }

  async #streamRoute(device: LiveDevice, stream: LiveStream): Promise<StreamRoute> {
    const writer = await this.#session.openStream({
      deviceId: device.id,
      info: stream.info,
      driver: device.identity.driver,
      firmware: device.identity.firmware,
    });
    return new StreamRoute({ device, stream }, writer, this.startUs, this.#ports.onGap);
  }

  /** Resolves once every route has seen the stop, or the limit has passed. */
  #tail(stopUs: HubUs): Promise<void> {
    const isThrough = (): boolean => [...this.#routes.values()].every((route: Route) => route.isPast);
    if (isThrough()) return Promise.resolve();
    const aheadMs = Math.max(0, stopUs - this.#ports.clock.nowUs()) / 1000;
    return new Promise((resolve) => {
      const cancel = this.#ports.timers.after(aheadMs + TAIL_WITHIN_MS, resolve);
      this.#onBlock = () => {
        if (!isThrough()) return;
        cancel();
        resolve();
      };
    });
  }
}
