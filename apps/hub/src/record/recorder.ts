import type { SessionView } from "@polychron/protocol";
import { errorReport, SessionError, takes } from "@polychron/session/model";
import type { CreateRequest, OpenSession, SessionStore } from "@polychron/session/store";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";
import { PastRecordings } from "./past-recordings.js";
import type { RecorderPorts } from "./recorder-ports.js";
import { SessionRun, type EndOrder } from "./session-run.js";

/** The use case: which device records in which session, from create to seal. Looks inside no block. */
export class Recorder {
  readonly #store: SessionStore;
  readonly #registry: DeviceRegistry;
  readonly #ports: RecorderPorts;
  readonly #past: PastRecordings;
  readonly #runs = new Map<string, SessionRun>();
  /** The hub ends: no session is taken to work any more. */
  #isStopped = false;
  /** Devices are given to sessions one command after the other: two that want the same free device must not both count on it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(store: SessionStore, registry: DeviceRegistry, ports: RecorderPorts) {
    this.#store = store;
    this.#registry = registry;
    this.#ports = ports;
    this.#past = new PastRecordings({ store, registry, clock: ports.clock, onFault: ports.onFault });
    registry.onChange((device, change) => this.#onDevice(device, change));
  }

  /** The open session that a device belongs to. */
  sessionOf(deviceId: string): string | null {
    for (const run of this.#runs.values()) if (run.has(deviceId)) return run.session.id;
    return null;
  }

  /** Throws `SESSION_NOT_FOUND`, `SESSION_IMMUTABLE`. */
  run(sessionId: string): SessionRun {
    return this.#runs.get(sessionId) ?? this.adopt(this.#store.require(sessionId));
  }

  /** Creates a session; devices that were named, else all that are free, join it. Throws `DEVICE_NOT_FOUND`, `SESSION_DEVICE_BUSY`, and as the store. */
  create(request: CreateRequest, devices?: readonly string[]): Promise<OpenSession> {
    return this.#inTurn(async () => {
      const named = devices?.map((id) => this.#registry.require(id));
      if ((request.whenOpen ?? this.#ports.createPolicy) === "many")
        named?.forEach((device) => this.#requireFree(device));
      else if (request.stopRecording === true) await this.#stopRecordings();
      const session = await this.#store.create(request);
      this.#dropClosed();
      const run = this.adopt(session);
      for (const device of named ?? this.#free) await run.join(device);
      return session;
    });
  }

  addDevice(sessionId: string, deviceId: string): Promise<void> {
    return this.#inTurn(() => this.run(sessionId).join(this.#registry.require(deviceId)));
  }

  async end(sessionId: string, order: EndOrder): Promise<{ readonly sealed: boolean }> {
    const ended = await this.run(sessionId).end("operator", order);
    if (!ended.sealed) return ended;
    this.#runs.delete(sessionId);
    void this.#past.end(sessionId);
    return ended;
  }

  /** Closes a session whose tree can no longer be written; its data stay as they are. */
  async reset(sessionId: string, by: string): Promise<void> {
    await this.#store.require(sessionId).reset({ by });
    this.#dropClosed();
  }

  /** A completed session goes on in a new epoch; what is sealed is not touched. Its devices that are connected and free join it. */
  reopen(sessionId: string, by: string): Promise<OpenSession> {
    return this.#inTurn(async () => {
      const session = await this.#store.reopen(sessionId, { by });
      const run = this.adopt(session);
      for (const device of this.#free) if (run.knows(device.id)) await run.join(device);
      return session;
    });
  }

  get isRecording(): boolean {
    return [...this.#runs.values()].some((run) => run.isRecording);
  }

  /** The session in which a device is being recorded right now. */
  recordingOf(deviceId: string): string | null {
    const session = this.sessionOf(deviceId);
    return session !== null && this.run(session).isRecording ? session : null;
  }

  /** The one run of an open session; whoever asks first (a command, recovery, the snapshot) makes it. */
  adopt(session: OpenSession): SessionRun {
    const known = this.#runs.get(session.id);
    if (known?.session === session) return known;
    known?.release();
    const run = new SessionRun(session, this.#ports);
    this.#runs.set(session.id, run);
    for (const device of this.#registry.devices) if (run.knows(device.id)) run.returned(device);
    return run;
  }

  /** Devices are told to end what they record on themselves for a session that is closed, or about to be given up. Never rejects. */
  endOnDevices(sessionId: string): Promise<void> {
    return this.#past.end(sessionId);
  }

  /** Stops what records; the sessions stay open, to be continued. What cannot be stopped properly is reported, and the next start recovers it. */
  async stopAll(): Promise<void> {
    this.#isStopped = true;
    const stops = await Promise.allSettled([...this.#runs.values()].map((run) => run.halt()));
    for (const stop of stops) if (stop.status === "rejected") this.#ports.onFault(errorReport(stop.reason), null);
    for (const run of this.#runs.values()) run.release();
    this.#runs.clear();
    this.#past.release();
  }

  views(): SessionView[] {
    // Whoever looks while the doors close must not set devices and conversions to work again.
    if (this.#isStopped) return [];
    this.#dropClosed();
    return this.#store
      .openSessions()
      .map((session) => this.run(session.id).view())
      .reverse();
  }

  async #stopRecordings(): Promise<void> {
    await Promise.all([...this.#runs.values()].map((run) => run.settle()));
  }

  get #free(): readonly LiveDevice[] {
    return this.#registry.devices.filter((device) => this.sessionOf(device.id) === null);
  }

  #requireFree({ id: device }: LiveDevice): void {
    const session = this.sessionOf(device);
    if (session !== null) throw new SessionError("SESSION_DEVICE_BUSY", { device, session });
  }

  /** A session that something else ended (a new one under the policy `single`, or its last file) gives its devices back. */
  #dropClosed(): void {
    for (const [id, run] of this.#runs) {
      if (run.session.state === "processing") run.freeDevices();
      if (this.#store.find(id) === run.session) continue;
      run.release();
      this.#runs.delete(id);
      void this.#past.end(id);
    }
  }

  /** A device that comes back joins the newest session that knows it; one that leaves is noted where it was. */
  #onDevice(device: LiveDevice, change: "joined" | "left"): void {
    const runs = [...this.#runs.values()];
    if (change === "left") return runs.forEach((run) => run.has(device.id) && run.leave(device));
    for (const each of runs) if (each.knows(device.id)) each.returned(device);
    const run = runs.findLast((each) => each.knows(device.id) && takes(each.session.state, "device"));
    run?.join(device).catch((thrown: unknown) => this.#ports.onFault(errorReport(thrown), device.id));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    // The caller hears of a failure; the next command runs all the same.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
