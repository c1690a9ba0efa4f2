import { setMaxListeners } from "node:events";
import type { HeldFile, SelfRecorder } from "@polychron/devices";
import { sessionS, toHubUs, type Clock, type SessionEvent, type Timers } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import type { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import type { RecordingRun } from "./recording-run.js";

/** What the orders to recording devices need of the world. */
export interface SelfRecordingPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: DeviceLog;
  /** The recording that runs now. */
  running(): RecordingRun | undefined;
}

/** How long a stop waits for devices that close files of their own; who takes longer is heard when it answers. */
const STOP_WITHIN_MS = 5_000;

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
  readonly #given = new AbortController();

  constructor(session: OpenSession, ports: SelfRecordingPorts) {
    // Every order to every device listens to it.
    setMaxListeners(0, this.#given.signal);
    this.#session = session;
    this.#ports = ports;
  }

  /** From now on the device is told what this session does, until `release`. */
  watch(device: LiveDevice): void {
    if (device.driver.recorder === undefined || this.#devices.has(device)) return;
    const leave = device.listen({
      onBlock: () => undefined,
      onNotice: (notice) => notice.kind === "phase" && notice.phase === "armed" && this.#returned(device),
    });
    this.#devices.set(device, leave);
    this.#returned(device);
  }

  /** Tells every device of the running recording to record on itself; nobody waits for it. */
  start(devices: readonly LiveDevice[], run: RecordingRun): void {
    for (const device of devices) this.#start(device, run);
  }

  /** Tells every device that the recording is over; resolves when all have answered, or after the limit. */
  async stop(run: RecordingRun, stopUs: number): Promise<void> {
    const stops = [...this.#devices.keys()]
      .filter((device) => this.#owedTo(device).has(run.number))
      .map((device) => this.#stop(device, run.number, stopUs));
    await this.#within(Promise.all(stops));
  }

  /** Asks a device for the files it still holds. Throws `DeviceError`. */
  async fetch(deviceId: string): Promise<void> {
    const device = [...this.#devices.keys()].find(({ id }) => id === deviceId);
    if (device === undefined) throw new ServiceError("DEVICE_NOT_FOUND", { device: deviceId });
    const numbers = this.#session.awaited.filter((file) => file.deviceId === deviceId).map((file) => file.recording);
    for (const number of new Set(numbers))
      await recorderOf(device).send({ session: this.#session.id, number }, this.#given.signal);
  }

  /** A file came in: its device may delete it. */
  onEvent(event: SessionEvent): void {
    if (event.event !== "file_received") return;
    const entry = event["entry"] as { file_id?: string; sha256?: string; recording?: number; complete?: boolean };
    if (entry.file_id === undefined || entry.complete !== true) return;
    for (const device of this.#devices.keys())
      if (device.id === event["device"]) this.#tellStored(device, entry.recording ?? 0, entry.file_id, entry.sha256!);
  }

  /** Devices that never confirmed the end of a recording: they may hold files that nobody knows of. */
  get unheard(): readonly string[] {
    return [...this.#owed].filter(([, numbers]) => numbers.size > 0).map(([device]) => device);
  }

  release(): void {
    this.#given.abort(new ServiceError("DEVICE_CONNECT_CANCELLED", { address: this.#session.id }));
    for (const leave of this.#devices.values()) leave();
    this.#devices.clear();
  }

  /** Connected again: whatever it holds of recordings that are over is asked for; the running one goes on. */
  #returned(device: LiveDevice): void {
    const run = this.#ports.running();
    const held = recorderOf(device).held.filter(({ session }) => session === this.#session.id);
    const isOver = (number: number): boolean => number !== run?.number || run.isStopping;
    const over = new Set([...this.#owedTo(device), ...held.map(({ number }) => number)].filter(isOver));
    for (const number of over) void this.#stop(device, number, this.#endOf(number));
    if (run === undefined || run.isStopping) return;
    const records = held.some(({ number, state }) => number === run.number && state === "recording");
    if (!records && this.#owedTo(device).has(run.number)) this.#start(device, run);
  }

  /** When a recording that is over was stopped, hub microseconds; undefined for one that a crash cut off. */
  #endOf(number: number): number | undefined {
    const { metadata, epoch } = this.#session;
    const stopS = metadata.recordings.find((recording) => recording.number === number)?.stop_t_s;
    return typeof stopS === "number" ? toHubUs(epoch, sessionS(stopS)) : undefined;
  }

  #start(device: LiveDevice, run: RecordingRun): void {
    const { recorder } = device.driver;
    if (recorder === undefined) return;
    this.#owedTo(device).add(run.number);
    const { number, stamp, startUs } = run;
    const startDeviceS = clockOf(device)?.deviceS(startUs) ?? null;
    const order = { session: this.#session.id, number, stamp, startUs, startDeviceS };
    recorder
      .start(order, this.#given.signal)
      .then((first) => this.#ports.log.started(device, number, first))
      .catch((thrown: unknown) => this.#ports.log.fault(device, thrown, "start_on_device"));
  }

  /** Whatever goes wrong is told to the log, and the device is asked again when it comes back. */
  async #stop(device: LiveDevice, number: number, stopUs: number | undefined): Promise<void> {
    const stopDeviceS = stopUs === undefined ? null : (clockOf(device)?.deviceS(stopUs) ?? null);
    const end = { session: this.#session.id, number, stopDeviceS };
    this.#owedTo(device).add(number);
    try {
      const files = await recorderOf(device).stop(end, this.#given.signal);
      this.#owedTo(device).delete(number);
      await this.#announce(device, number, files);
    } catch (thrown) {
      if (!this.#given.signal.aborted) this.#ports.log.fault(device, thrown, "stop_on_device");
    }
  }

  async #announce(device: LiveDevice, number: number, files: readonly HeldFile[]): Promise<void> {
    await this.#session.announceFiles(device.id, number, files);
    const known = this.#session.metadata.files[device.id] ?? [];
    for (const { fileId, sha256 } of files)
      if (known.some((entry) => entry["file_id"] === fileId && entry.complete))
        this.#tellStored(device, number, fileId, sha256);
  }

  #tellStored(device: LiveDevice, number: number, fileId: string, sha256: string): void {
    recorderOf(device).stored({ session: this.#session.id, number, fileId, sha256 });
  }

  #owedTo(device: LiveDevice): Set<number> {
    const known = this.#owed.get(device.id) ?? new Set();
    this.#owed.set(device.id, known);
    return known;
  }

  #within(work: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.timers.after(STOP_WITHIN_MS, resolve);
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

function clockOf(device: LiveDevice): LiveDevice["streams"][number]["clock"] | undefined {
  return device.streams.find(({ clock }) => clock.nature === "two_way")?.clock;
}
