import type { DriverNotice } from "@polychron/devices";
import type { SessionView } from "@polychron/protocol";
import { errorReport, InvalidStateError, stateHint, type HubUs } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import { connectionTo } from "./device-connection.js";
import { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import { RecordingRun } from "./recording-run.js";
import { markerTime } from "./marker-time.js";
import type { RecorderPorts } from "./recorder-ports.js";

/** One open session at work: its devices, and the recording that runs in it. */
export class SessionRun {
  readonly session: OpenSession;
  readonly #ports: RecorderPorts;
  readonly #log: DeviceLog;
  readonly #devices = new Map<string, { device: LiveDevice; leave: () => void }>();
  /** A device that is joining, or has joined, is not taken in twice. */
  readonly #joining = new WeakMap<LiveDevice, Promise<void>>();
  readonly #stopCounting: () => void;
  #recording: RecordingRun | undefined;
  #stopping: Promise<void> | undefined;
  #markers = 0;

  constructor(session: OpenSession, ports: RecorderPorts) {
    this.session = session;
    this.#ports = ports;
    this.#log = new DeviceLog(session, ports.onFault);
    // Counted from the log, for a session that was reopened or recovered has markers from before.
    this.#stopCounting = session.followEvents(1, {
      onEvent: ({ event }) => (this.#markers += event === "marker" ? 1 : 0),
      onFault: (thrown) => ports.onFault(errorReport(thrown), null),
    });
  }

  /** Whether a device is here now. */
  has(deviceId: string): boolean {
    return this.#devices.has(deviceId);
  }

  /** Whether a device is here or was. */
  knows(deviceId: string): boolean {
    return this.session.metadata.devices[deviceId] !== undefined;
  }

  get isRecording(): boolean {
    return this.#recording !== undefined;
  }

  /** Takes a device in; into the running recording too. Throws `SESSION_DEVICE_BUSY`, `SESSION_INVALID_STATE`. */
  join(device: LiveDevice): Promise<void> {
    const known = this.#joining.get(device) ?? this.#join(device);
    this.#joining.set(device, known);
    known.catch(() => this.#joining.delete(device));
    return known;
  }

  async #join(device: LiveDevice): Promise<void> {
    const isBack = this.knows(device.id);
    await this.session.addDevice(device.id, {
      device_type: device.identity.deviceType,
      capabilities: [...device.identity.capabilities],
      status: device.phase === "armed" ? "armed" : "connected",
      settings: device.driver.settings,
      calibration: null,
      firmware: device.identity.firmware,
      simulated: device.identity.simulated,
      connection: connectionTo(device),
    });
    this.#devices.get(device.id)?.leave();
    const leave = device.listen({
      onBlock: (stream, block) => this.#recording?.push(stream, block),
      onNotice: (notice) => this.#onNotice(device, notice),
    });
    this.#devices.set(device.id, { device, leave });
    if (isBack) this.#log.reconnected(device, this.isRecording);
    await this.#recording?.join(device);
  }

  /** A device was disconnected by the operator: the session goes on without it. */
  leave(device: LiveDevice): void {
    this.#devices.get(device.id)?.leave();
    this.#devices.delete(device.id);
    this.#log.left(device);
  }

  /** Schedules a start of every streaming device. Throws `PREFLIGHT_NO_DEVICE`, `STORAGE_FULL`, `SESSION_INVALID_STATE`, `RECORDING_NOT_STARTED`. */
  async start(): Promise<{ number: number; startUs: HubUs }> {
    if (this.session.state === "active") await this.#requireReady();
    const startUs = (this.#ports.clock.nowUs() + this.#ports.leadMs * 1000) as HubUs;
    const ready = this.#streaming;
    const begun = await this.session.startRecording({
      atUs: startUs,
      devices: ready.map((device) => device.id),
      details: this.#log.startDetails(ready),
    });
    const failures: unknown[] = [];
    const run = this.#newRun({ ...begun, startUs }, failures);
    this.#recording = run;
    // Who began to stream while the start went to the disk is recorded too.
    const devices = this.#streaming;
    await run.open(devices);
    if (run.streamCount === 0) await this.#abandon(failures[0]);
    for (const device of devices) this.#log.status(device, "recording");
    return { number: begun.number, startUs };
  }

  /**
   * Throws `SESSION_INVALID_STATE` when nothing runs or the stop is under way already, `STORAGE_*` when the disk does not
   * take the end: then the recording has no more samples, and stopping it again writes its end.
   */
  async stop(): Promise<{ number: number }> {
    const run = this.#recording;
    if (run === undefined || this.#stopping !== undefined) throw this.#notNow("stop_recording");
    this.#stopping = this.#stop(run);
    try {
      await this.#stopping;
    } finally {
      this.#stopping = undefined;
    }
    return { number: run.number };
  }

  /** Nothing is recorded any more when this resolves; a stop that is under way is waited for. Throws `STORAGE_*`. */
  async settle(): Promise<void> {
    if (this.#stopping !== undefined) await this.#stopping;
    else if (this.#recording !== undefined) await this.stop();
  }

  /** Sets a marker at the sender's moment, where that is a believable one, else now. */
  async mark(label: string, by: string, atUs?: number): Promise<void> {
    await this.session.marker({ label, atUs: markerTime(this.#ports.clock.nowUs(), atUs), by });
  }

  /** Ends and seals; the devices are free for another session. Refused while recording. */
  async end(reason: string, by: string): Promise<void> {
    await this.session.end({ reason, by });
    this.release();
  }

  /** Lets the devices go without a word to the log. */
  release(): void {
    this.#stopCounting();
    for (const { leave } of this.#devices.values()) leave();
    this.#devices.clear();
  }

  view(): SessionView {
    const { session } = this;
    const run = this.#recording;
    const nowUs = this.#ports.clock.nowUs();
    return {
      id: session.id,
      name: session.metadata.session_name,
      state: session.state,
      start_time: session.metadata.start_time,
      zero_us: session.epoch.monotonic_zero_us,
      devices: Object.keys(session.metadata.devices),
      recording: run === undefined ? null : { number: run.number, start_us: run.startUs, streams: run.counts(nowUs) },
      recordings: session.metadata.recordings.length,
      markers: this.#markers,
      errors: session.metadata.errors.length,
      last_seq: session.lastSeq,
    };
  }

  get #live(): readonly LiveDevice[] {
    return [...this.#devices.values()].map(({ device }) => device);
  }

  get #streaming(): readonly LiveDevice[] {
    return this.#live.filter((device) => device.phase === "armed");
  }

  #onNotice(device: LiveDevice, notice: DriverNotice): void {
    this.#log.notice(device, notice, this.isRecording);
    // A device that was lost at the start is recorded from the moment it is back.
    if (notice.kind === "phase" && notice.phase === "armed") void this.#recording?.join(device);
  }

  async #requireReady(): Promise<void> {
    if (this.#streaming.length === 0) throw new ServiceError("PREFLIGHT_NO_DEVICE", { session: this.session.id });
    await this.#ports.requireRoom();
  }

  #newRun(begun: { number: number; stamp: string; startUs: HubUs }, failures: unknown[]): RecordingRun {
    return new RecordingRun(this.session, begun, {
      ...this.#ports,
      onGap: (route, gap) => this.#log.gap(route, gap),
      onOpenFailed: (device, thrown) => {
        failures.push(thrown);
        this.#log.fault(device, thrown, "open_stream");
      },
    });
  }

  async #stop(run: RecordingRun): Promise<void> {
    const { atUs, streams } = await run.stop(this.#ports.clock.nowUs());
    for (const counts of streams) this.#log.silentTail(counts, atUs);
    await this.session.stopRecording({ atUs, streams, details: { discarded_bytes: this.#discarded() } });
    this.#recording = undefined;
    for (const device of this.#live) this.#log.status(device, device.phase === "armed" ? "armed" : "lost");
  }

  /** No file could be opened: the recording that holds nothing ends at once and says why. */
  async #abandon(cause: unknown): Promise<never> {
    await this.settle();
    throw new ServiceError("RECORDING_NOT_STARTED", { reason: errorReport(cause).message }, cause);
  }

  #discarded(): Record<string, number> {
    return Object.fromEntries(this.#live.map((device) => [device.id, device.discardedBytes]));
  }

  #notNow(command: string): InvalidStateError {
    const state = this.session.state;
    return new InvalidStateError({ session: this.session.id, state, command, hint: stateHint(state) });
  }
}
