import type { Candidate, Driver, DriverSink } from "@polychron/devices";
import type { CandidateView } from "@polychron/protocol";
import { errorReport, type JsonObject, type Timers } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import type { DeviceBook } from "./device-book.js";
import { DeviceCandidates } from "./device-candidates.js";
import { LiveDevice } from "./live-device.js";

/** One driver family: how to look for its devices and how to speak to one. */
export interface Family {
  readonly family: string;
  discover(): Promise<readonly Candidate[]>;
  create(candidate: Candidate, settings: JsonObject, sink: DriverSink): Driver;
}

/** What the registry is made of. */
export interface RegistryParts {
  readonly families: readonly Family[];
  readonly book: DeviceBook;
  readonly timers: Timers;
}

/** One try to connect. */
interface ConnectWish {
  readonly candidate: Candidate;
  readonly settings: JsonObject | undefined;
  /** The only device that will do. */
  readonly wanted: string | undefined;
}

/** A device that has joined. */
interface Arrival {
  readonly device: LiveDevice;
  /** Resolves when it streams, or has failed to at the first try; never rejects. */
  readonly streaming: Promise<void>;
}

const CONNECT_WITHIN_MS = 30_000;

/** Which devices live, and the last status of each; knows nothing of sessions. */
export class DeviceRegistry {
  readonly #families: ReadonlyMap<string, Family>;
  readonly #book: DeviceBook;
  readonly #timers: Timers;
  readonly #devices = new Map<string, LiveDevice>();
  readonly #candidates = new DeviceCandidates();
  readonly #connecting = new Map<string, { readonly cancel: AbortController; readonly done: Promise<unknown> }>();
  readonly #listeners = new Set<(device: LiveDevice, change: "joined" | "left") => void>();

  constructor({ families, book, timers }: RegistryParts) {
    this.#families = new Map(families.map((family) => [family.family, family]));
    this.#book = book;
    this.#timers = timers;
  }

  get devices(): readonly LiveDevice[] {
    return [...this.#devices.values()];
  }

  find(id: string): LiveDevice | undefined {
    return this.#devices.get(id);
  }

  /** Throws `DEVICE_NOT_FOUND`. */
  require(id: string): LiveDevice {
    const device = this.#devices.get(id);
    if (device === undefined) throw new ServiceError("DEVICE_NOT_FOUND", { device: id });
    return device;
  }

  onChange(listener: (device: LiveDevice, change: "joined" | "left") => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks for devices; opens nothing. A family that cannot look is the error, once the others have been heard. */
  async scan(): Promise<number> {
    const scans = await Promise.allSettled([...this.#families.values()].map((family) => family.discover()));
    this.#candidates.replace(scans.flatMap((scan) => (scan.status === "fulfilled" ? scan.value : [])));
    for (const scan of scans) if (scan.status === "rejected") throw scan.reason;
    return this.#candidates.count;
  }

  /** What could be connected and is not, with the last failure of each. */
  candidates(): CandidateView[] {
    const taken = new Set(this.devices.map((device) => device.candidate.address));
    return this.#candidates.views(
      (address) => taken.has(address),
      (address) => this.#connecting.has(address),
    );
  }

  /**
   * Connects and starts streaming, so that the live view moves at once; with `wanted`, that device and no other.
   * Throws `DEVICE_IS_ANOTHER` and every other `DeviceError` or `ServiceError`.
   */
  async connect(family: string, address: string, settings?: JsonObject, wanted?: string): Promise<LiveDevice> {
    const { device, streaming } = await this.#arrival(family, address, settings, wanted);
    await streaming;
    return device;
  }

  /** As `connect`, but does not wait for a device of its own will to stream: it is known, and that comes behind. */
  async admit(family: string, address: string): Promise<LiveDevice> {
    return (await this.#arrival(family, address)).device;
  }

  async #arrival(family: string, address: string, settings?: JsonObject, wanted?: string): Promise<Arrival> {
    if (!this.#families.has(family))
      throw new ServiceError("DEVICE_FAMILY_UNKNOWN", { family, known: [...this.#families.keys()].join(", ") });
    this.#requireFree(address);
    const cancel = new AbortController();
    const done = this.#connect({ candidate: this.#candidates.at(family, address), settings, wanted }, cancel);
    this.#connecting.set(address, { cancel, done: done.catch(() => undefined) });
    try {
      return await done;
    } finally {
      this.#connecting.delete(address);
    }
  }

  /** A device that came by itself, before it is connected. */
  introduce(candidate: Candidate): void {
    this.#candidates.add(candidate);
  }

  /** Something that cannot be connected any more is offered no longer. */
  forget(address: string): void {
    this.#candidates.remove(address);
  }

  /** Resolves when nobody is connecting at an address any more, however that ended; what was connected may not stream yet. */
  async settled(address: string): Promise<void> {
    await this.#connecting.get(address)?.done;
  }

  /** Changes a device's settings; its stream stops and starts again with them. */
  async configure(id: string, settings: JsonObject): Promise<void> {
    const device = this.require(id);
    await this.#within(device.candidate.address, new AbortController(), async (signal) => {
      try {
        await device.driver.disarm(signal);
        await device.driver.configure({ ...device.driver.settings, ...settings }, signal);
        await this.#book.keepSettings(device.identity.hardwareId, device.driver.settings);
      } finally {
        device.adoptStreams();
        // One that was lost meanwhile comes back by itself.
        if (device.driver.phase === "connected") await (device.driver.keepArming?.() ?? device.driver.arm(signal));
      }
    });
  }

  async disconnect(id: string): Promise<void> {
    await this.#letGo(this.require(id));
  }

  /** Gives up what is being connected and lets go of every device. */
  async close(): Promise<void> {
    const connecting = [...this.#connecting];
    for (const [address, { cancel }] of connecting)
      cancel.abort(new ServiceError("DEVICE_CONNECT_CANCELLED", { address }));
    await Promise.all(connecting.map(([, { done }]) => done));
    await Promise.allSettled(this.devices.map((device) => device.driver.close()));
    this.#devices.clear();
  }

  async #connect(wish: ConnectWish, cancel: AbortController): Promise<Arrival> {
    const { address } = wish.candidate;
    this.#candidates.setFailure(address, null);
    try {
      return await this.#within(address, cancel, (signal) => this.#join(wish, signal));
    } catch (thrown) {
      this.#candidates.setFailure(address, errorReport(thrown));
      throw thrown;
    }
  }

  /** Every wait for a device has a limit, whatever its driver grants itself. */
  async #within<Result>(
    address: string,
    cancel: AbortController,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const tooLate = new ServiceError("DEVICE_CONNECT_TIMEOUT", { address, waitedMs: CONNECT_WITHIN_MS });
    const disarm = this.#timers.after(CONNECT_WITHIN_MS, () => cancel.abort(tooLate));
    try {
      return await work(cancel.signal);
    } finally {
      disarm();
    }
  }

  async #join({ candidate, settings, wanted }: ConnectWish, signal: AbortSignal): Promise<Arrival> {
    const device = new LiveDevice(candidate);
    const driver = this.#families.get(candidate.family)!.create(candidate, settings ?? {}, device);
    try {
      const identity = await driver.connect(signal);
      device.introduce(await this.#book.idOf(identity), identity, driver);
      if (wanted !== undefined && wanted !== device.id)
        throw new ServiceError("DEVICE_IS_ANOTHER", { address: candidate.address, device: device.id, wanted });
      const kept = settings ?? this.#book.settingsOf(identity.hardwareId);
      if (Object.keys(kept).length > 0) await driver.configure(kept, signal);
      device.adoptStreams();
      if (driver.keepArming === undefined) await driver.arm(signal);
      await this.#book.keepSettings(identity.hardwareId, driver.settings);
      const elsewhere = this.#devices.get(device.id);
      if (elsewhere !== undefined) await this.#letGo(elsewhere);
      signal.throwIfAborted();
    } catch (thrown) {
      await driver.close();
      throw thrown;
    }
    this.#devices.set(device.id, device);
    this.#tell(device, "joined");
    return { device, streaming: driver.keepArming?.() ?? Promise.resolve() };
  }

  async #letGo(device: LiveDevice): Promise<void> {
    this.#devices.delete(device.id);
    try {
      await device.driver.close();
    } finally {
      this.#tell(device, "left");
    }
  }

  #requireFree(address: string): void {
    const known = this.devices.find((device) => device.candidate.address === address);
    const holder = known?.id ?? (this.#connecting.has(address) ? "a device being connected" : undefined);
    if (holder !== undefined) throw new ServiceError("DEVICE_ALREADY_CONNECTED", { address, device: holder });
  }

  #tell(device: LiveDevice, change: "joined" | "left"): void {
    for (const listener of this.#listeners) listener(device, change);
  }
}
