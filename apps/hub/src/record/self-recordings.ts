import { setMaxListeners } from "node:events";
import type { FirstKept, HeldFile, HeldRecording, SelfRecorder } from "@polychron/devices";
import { unheardRecordings } from "@polychron/session/format";
import type { Clock, SessionEvent, Timers } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import type { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import type { RecordingRun } from "./recording-run.js";
import { deviceSAt, endOf, stopOrder } from "./stop-order.js";

/** Told what becomes of the orders to start and to stop. */
export interface OwnRecordingListener {
  told(device: LiveDevice, recording: number): void;
  started(device: LiveDevice, recording: number, first: readonly FirstKept[]): void;
  refused(device: LiveDevice, recording: number, thrown: unknown): void;
  stopped(device: LiveDevice, recording: number): void;
}

/** What the orders to recording devices need of the world. */
export interface SelfRecordingPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: DeviceLog;
  listener(): OwnRecordingListener;
  /** The recording that runs now. */
  running(): RecordingRun | undefined;
  /** Whether a device takes part in this session now. */
  isMember(device: LiveDevice): boolean;
}

/**
 * The devices of one session that also record on themselves: told of start and stop, asked for their files, and told what
 * is safe. One that was away is told when it comes back, as long as the session is open.
 */
export class SelfRecordings {
  readonly #session: OpenSession;
  readonly #ports: SelfRecordingPorts;
  readonly #devices = new Map<LiveDevice, () => void>();
  /** Recordings whose stop a device has not confirmed, by device id. */
  readonly #owed = new Map<string, Set<number>>();
  /** Stops that are not answered yet. */
  readonly #stopping = new Set<Promise<void>>();
  readonly #given = new AbortController();

  constructor(session: OpenSession, ports: SelfRecordingPorts) {
    // Every order to every device listens to it.
    setMaxListeners(0, this.#given.signal);
    this.#session = session;
    this.#ports = ports;
    // What an earlier run of the hub, or an earlier end of the session, did not hear.
    for (const { device, recording } of unheardRecordings(session.metadata)) this.#owedTo(device).add(recording);
  }

  /** From now on the device is told what this session does, until `release`. */
  watch(device: LiveDevice): void {
    if (device.driver.recorder === undefined || this.#devices.has(device)) return;
    for (const other of this.#devices.keys()) if (other.id === device.id) this.#unwatch(other);
    const leave = device.listen({
      onBlock: () => undefined,
      onNotice: (notice) => notice.kind === "phase" && notice.phase === "armed" && this.#returned(device),
    });
    this.#devices.set(device, leave);
    if (device.phase === "armed") void this.#askForPast(device); // any other is asked as soon as it streams
  }

  /** Tells every device of the running recording to record on itself; nobody waits for it. */
  start(devices: readonly LiveDevice[], run: RecordingRun): void {
    for (const device of devices) this.#start(device, run);
  }

  /** Tells every device that the recording is over; resolves when all have answered, or after the limit: who takes longer is heard when it answers. */
  async stop(run: RecordingRun, stopUs: number, withinMs: number): Promise<void> {
    const stops = [...this.#devices.keys()]
      .filter((device) => this.#owedTo(device.id).has(run.number))
      .map((device) => this.#stop(device, run.number, stopUs));
    await this.#within(withinMs, Promise.all(stops));
  }

  /** Resolves when no device is closing its files any more: each has answered, has gone, or has let its time pass. */
  async settled(): Promise<void> {
    await Promise.all(this.#stopping);
  }

  /** Asks a device for the files it still holds, and first for its word on recordings that it has not told of. Throws `DeviceError`. */
  async fetch(deviceId: string): Promise<void> {
    const device = [...this.#devices.keys()].find(({ id }) => id === deviceId);
    if (device === undefined) throw new ServiceError("DEVICE_NOT_FOUND", { device: deviceId });
    await this.#askForPast(device);
    const numbers = this.#session.awaited.filter((file) => file.deviceId === deviceId).map((file) => file.recording);
    for (const number of new Set(numbers))
      await recorderOf(device).send({ session: this.#session.id, number }, this.#given.signal);
  }

  /** A file came in: its device may delete what has this hash. */
  onEvent(event: SessionEvent): void {
    if (event.event !== "file_received") return;
    const entry = event["entry"] as { file_id?: string; sha256?: string; recording?: number; complete?: boolean };
    if (entry.file_id === undefined || entry.complete !== true) return;
    for (const device of this.#devices.keys())
      if (device.id === event["device"]) this.#tellStored(device, entry.recording ?? 0, entry.file_id, entry.sha256!);
  }

  release(): void {
    this.#given.abort(new ServiceError("DEVICE_CONNECT_CANCELLED", { address: this.#session.id }));
    for (const device of [...this.#devices.keys()]) this.#unwatch(device);
  }

  #unwatch(device: LiveDevice): void {
    this.#devices.get(device)?.();
    this.#devices.delete(device);
  }

  /** Connected again: what is over is asked for, and the recording that runs goes on, or begins for one that was away at its start. */
  #returned(device: LiveDevice): void {
    void this.#askForPast(device);
    const run = this.#ports.running();
    if (run === undefined || run.isStopping || !this.#ports.isMember(device)) return;
    const records = this.#heldBy(device).some(({ number, state }) => number === run.number && state === "recording");
    if (records) this.#owedTo(device.id).add(run.number);
    else this.#start(device, run);
  }

  /** Whatever a device holds of recordings that are over is asked for. */
  async #askForPast(device: LiveDevice): Promise<void> {
    const run = this.#ports.running();
    const { metadata, epoch } = this.#session;
    const isOver = (number: number): boolean => number !== run?.number || run.isStopping;
    const numbers = [...this.#owedTo(device.id), ...this.#heldBy(device).map(({ number }) => number)];
    const stops = [...new Set(numbers.filter(isOver))].map((number) => {
      const endUs = number === run?.number ? run.stopUs : endOf(metadata, epoch, number);
      return this.#stop(device, number, endUs);
    });
    await Promise.all(stops);
  }

  #heldBy(device: LiveDevice): readonly HeldRecording[] {
    return recorderOf(device).held.filter(({ session }) => session === this.#session.id);
  }

  #start(device: LiveDevice, run: RecordingRun): void {
    const { recorder } = device.driver;
    if (recorder === undefined) return;
    this.#owedTo(device.id).add(run.number);
    const { number, stamp, startUs } = run;
    const startDeviceS = deviceSAt(device, startUs);
    const order = { session: this.#session.id, number, stamp, startUs, startDeviceS };
    const listener = this.#ports.listener();
    listener.told(device, number);
    recorder
      .start(order, this.#given.signal)
      .then((first) => listener.started(device, number, first))
      .catch((thrown: unknown) => this.#given.signal.aborted || listener.refused(device, number, thrown));
  }

  #stop(device: LiveDevice, number: number, endUs: number | undefined): Promise<void> {
    const stopped = this.#stopNow(device, number, endUs).finally(() => this.#stopping.delete(stopped));
    this.#stopping.add(stopped);
    return stopped;
  }

  /** Whatever goes wrong is told to the log, and the device is asked again when it comes back. */
  async #stopNow(device: LiveDevice, number: number, endUs: number | undefined): Promise<void> {
    this.#owedTo(device.id).add(number);
    try {
      const end = stopOrder(device, { session: this.#session.id, number, endUs });
      const { files, refused } = await recorderOf(device).stop(end, this.#given.signal);
      for (const error of refused) this.#ports.log.fault(device, error, "stop_on_device");
      await this.#announce(device, number, files);
      // Only now: what could not be written down is asked for again.
      this.#owedTo(device.id).delete(number);
      this.#ports.listener().stopped(device, number);
    } catch (thrown) {
      if (!this.#given.signal.aborted) this.#ports.log.fault(device, thrown, "stop_on_device");
    }
  }

  async #announce(device: LiveDevice, number: number, files: readonly HeldFile[]): Promise<void> {
    const refused = await this.#session.announceFiles(device.id, number, files);
    for (const { fileId, error } of refused) {
      const file = { session: this.#session.id, number, fileId };
      this.#ports.log.fault(device, recorderOf(device).refuse(file, error.message), "stop_on_device");
    }
    const stored = (this.#session.metadata.files[device.id] ?? []).filter(({ complete }) => complete);
    for (const { fileId, sha256 } of files)
      if (stored.some((entry) => entry.file_id === fileId && entry.sha256 === sha256))
        this.#tellStored(device, number, fileId, sha256);
  }

  #tellStored(device: LiveDevice, number: number, fileId: string, sha256: string): void {
    recorderOf(device).stored({ session: this.#session.id, number, fileId, sha256 });
  }

  #owedTo(device: string): Set<number> {
    const known = this.#owed.get(device) ?? new Set();
    this.#owed.set(device, known);
    return known;
  }

  #within(withinMs: number, work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.timers.after(withinMs, resolve);
      void work.finally(() => {
        cancel();
        resolve();
      });
    });
  }
}

function recorderOf(device: LiveDevice): SelfRecorder {
  return device.driver.recorder!;
}
