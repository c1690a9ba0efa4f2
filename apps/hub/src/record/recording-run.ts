import type { Clock, HubUs, SampleBlock, Timers } from "@polychron/session/model";
import type { StreamCounts } from "@polychron/session/format";
import type { OpenSession } from "@polychron/session/store";
import type { LiveDevice, LiveStream } from "./live-device.js";
import { StreamRoute, type GapListener } from "./stream-route.js";

/** What a recording needs of the world. */
export interface RunPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly onGap: GapListener;
  /** Told of a device whose files could not be opened; the others go on. */
  onOpenFailed(device: LiveDevice, thrown: unknown): void;
}

/** How long the last samples before the stop may be under way: longer than any Bluetooth link holds a packet back. */
const TAIL_WITHIN_MS = 1500;

/** One start-to-stop run: its streams' routes from device to file, and the stop that waits for what is under way. */
export class RecordingRun {
  readonly number: number;
  readonly stamp: string;
  readonly startUs: HubUs;
  readonly #session: OpenSession;
  readonly #ports: RunPorts;
  readonly #routes = new Map<LiveStream, StreamRoute>();
  readonly #clockTaps: (() => void)[] = [];
  /** Files being opened: no stream is given two. */
  readonly #opening = new Map<LiveStream, Promise<void>>();
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

  push(stream: LiveStream, block: SampleBlock): void {
    this.#routes.get(stream)?.push(block);
    this.#onBlock();
  }

  /**
   * Ends at `atUs`: waits for samples from before it that are still under way; the session then closes the files.
   * Repeated, it keeps to the first end.
   */
  async stop(atUs: HubUs): Promise<{ readonly atUs: HubUs; readonly streams: StreamCounts[] }> {
    const stopUs = (this.#stopUs ??= atUs);
    // A stop right behind the start finds files still being opened: they belong to the recording too.
    await Promise.all(this.#opening.values());
    for (const route of this.#routes.values()) route.stopAt(stopUs);
    await this.#tail();
    for (const untap of this.#clockTaps.splice(0)) untap();
    return { atUs: stopUs, streams: this.counts(stopUs) };
  }

  /** Counts per stream as of a hub time. */
  counts(atUs: number): StreamCounts[] {
    return [...this.#routes.values()].map((route) => {
      const { device, stream } = route;
      const counts = route.counts(atUs);
      const spanS = Math.max(0, (atUs - this.startUs) / 1e6);
      return {
        device: device.id,
        stream: stream.info.fileType,
        expected: counts.expected,
        received: counts.received,
        written: counts.written,
        expected_extrapolated: counts.expectedExtrapolated,
        nominal: Math.round(spanS * stream.info.nominalRateHz),
        effective_rate_hz: counts.effectiveRateHz,
        start_skew_s: counts.startSkewS,
      };
    });
  }

  async #openOnce(device: LiveDevice, stream: LiveStream): Promise<void> {
    const opened = this.#openRoute(device, stream).catch((thrown: unknown) => this.#ports.onOpenFailed(device, thrown));
    this.#opening.set(stream, opened);
    await opened;
    this.#opening.delete(stream);
  }

  async #openRoute(device: LiveDevice, stream: LiveStream): Promise<void> {
    const writer = await this.#session.openStream({
      deviceId: device.id,
      info: stream.info,
      driver: device.identity.driver,
      firmware: device.identity.firmware,
    });
    const route = new StreamRoute({ device, stream }, writer, this.startUs, this.#ports.onGap);
    route.replay();
    this.#routes.set(stream, route);
    await this.#openClockFile(device, stream);
  }

  async #openClockFile(device: LiveDevice, stream: LiveStream): Promise<void> {
    const file = await this.#session.openClockFile(device.id);
    for (const pair of stream.clock.history()) file.append(pair.deviceS, pair.arrivalUs);
    this.#clockTaps.push(stream.clock.onPair((pair) => file.append(pair.deviceS, pair.arrivalUs)));
  }

  /** Resolves once every route has seen the stop, or the limit has passed. */
  #tail(): Promise<void> {
    const isThrough = (): boolean => [...this.#routes.values()].every((route) => route.isPast);
    if (isThrough()) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#ports.timers.after(TAIL_WITHIN_MS, resolve);
      this.#onBlock = () => {
        if (!isThrough()) return;
        cancel();
        resolve();
      };
    });
  }
}
