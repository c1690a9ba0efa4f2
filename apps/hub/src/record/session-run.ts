import type { DriverNotice } from "@polychron/devices";
import type { SessionView } from "@polychron/protocol";
import { errorReport, InvalidStateError, stateHint, type HubUs, type SessionEvent } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import { AwaitedFiles } from "./awaited-files.js";
import { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import { markerTime } from "./marker-time.js";
import type { RecorderPorts } from "./recorder-ports.js";
import { RecordingRun } from "./recording-run.js";
import { SelfRecordings } from "./self-recordings.js";
import { SessionMembers } from "./session-members.js";
import { VideoConversions } from "./video-conversions.js";

/** How a session is to end, and who says so. */
export interface EndOrder {
  readonly by: string;
  /** Seal now; what devices still hold is named missing. */
  readonly withoutMissing: boolean;
}

/** How long a stop waits for devices that close files of their own, and that of a hub which must be gone within 5 s. */
const DEVICES_WITHIN_MS = { stop: 5_000, halt: 1_500 } as const;

/** One open session at work: its devices, and the recording that runs in it. */
export class SessionRun {
  readonly session: OpenSession;
  readonly #ports: RecorderPorts;
  readonly #log: DeviceLog;
  readonly #members: SessionMembers;
  readonly #selfRecordings: SelfRecordings;
  readonly #conversions: VideoConversions;
  readonly #awaited = new AwaitedFiles();
  readonly #stopFollowing: () => void;
  #recording: RecordingRun | undefined;
  #stopping: Promise<void> | undefined;
  #isHalting = false;
  #markers = 0;

  constructor(session: OpenSession, ports: RecorderPorts) {
    this.session = session;
    this.#ports = ports;
    this.#log = new DeviceLog(session, ports.onFault);
    this.#members = new SessionMembers(session);
    this.#conversions = new VideoConversions(session, ports);
    this.#selfRecordings = new SelfRecordings(session, {
      ...ports,
      log: this.#log,
      running: () => this.#recording,
      isMember: (device) => this.#members.has(device.id),
    });
    // Markers are counted from the log, for a session that was reopened or recovered has some from before.
    this.#stopFollowing = session.followEvents(1, {
      onEvent: (event) => this.#onEvent(event),
      onFault: (thrown) => ports.onFault(errorReport(thrown), null),
    });
    this.#conversions.begin();
  }

  /** Whether a device is here now. */
  has(deviceId: string): boolean {
    return this.#members.has(deviceId);
  }

  /** Whether a device is here or was. */
  knows(deviceId: string): boolean {
    return this.#members.knows(deviceId);
  }

  get isRecording(): boolean {
    return this.#recording !== undefined;
  }

  /** Takes a device in; into the running recording too. Throws `SESSION_DEVICE_BUSY`, `SESSION_INVALID_STATE`. */
  join(device: LiveDevice): Promise<void> {
    const listener = {
      onBlock: (...[stream, block]: Parameters<RecordingRun["push"]>) => this.#recording?.push(stream, block),
      onFragment: (...[stream, fragment]: Parameters<RecordingRun["pushFragment"]>) =>
        this.#recording?.pushFragment(stream, fragment),
      onNotice: (notice: DriverNotice) => this.#onNotice(device, notice),
    };
    return this.#members.join(device, listener, async (isBack) => {
      if (isBack) this.#log.reconnected(device, this.isRecording);
      this.#selfRecordings.watch(device);
      if (this.#recording === undefined || this.#recording.isStopping) return;
      this.#selfRecordings.start([device], this.#recording);
      await this.#recording.join(device);
    });
  }

  /** A device was disconnected by the operator: the session goes on without it. */
  leave(device: LiveDevice): void {
    this.#members.drop(device);
    this.#log.left(device);
  }

  /** A device that this session knows is connected again: what it still holds is asked for, even while the session ends. */
  returned(device: LiveDevice): void {
    this.#selfRecordings.watch(device);
  }

  /** Schedules a start of every streaming device. Throws `PREFLIGHT_NO_DEVICE`, `STORAGE_FULL`, `SESSION_INVALID_STATE`, `RECORDING_NOT_STARTED`. */
  async start(): Promise<{ number: number; startUs: HubUs }> {
    if (this.session.state === "active") await this.#requireReady();
    const startUs = (this.#ports.clock.nowUs() + this.#ports.leadMs * 1000) as HubUs;
    const ready = this.#members.streaming;
    const begun = await this.session.startRecording({
      atUs: startUs,
      devices: ready.map((device) => device.id),
      details: this.#log.startDetails(ready),
    });
    const failures: unknown[] = [];
    const run = this.#newRun({ ...begun, startUs }, failures);
    this.#recording = run;
    // Who began to stream while the start went to the disk is recorded too.
    const devices = this.#members.streaming;
    this.#selfRecordings.start(devices, run);
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

  /** As `settle`, for a hub that is about to end: devices are not waited for long, and no video is converted any more. Throws `STORAGE_*`. */
  async halt(): Promise<void> {
    this.#isHalting = true;
    await this.settle();
  }

  /** Sets a marker at the sender's moment, where that is a believable one, else now. */
  async mark(label: string, by: string, atUs?: number): Promise<void> {
    await this.session.marker({ label, atUs: markerTime(this.#ports.clock.nowUs(), atUs), by });
  }

  /** Asks a device for the files it still holds. Throws `DEVICE_NOT_FOUND`, `DeviceError`. */
  fetch(deviceId: string): Promise<void> {
    return this.#selfRecordings.fetch(deviceId);
  }

  /**
   * Ends; the devices are free for another session. Sealed at once, or when the last file that a device announced is here:
   * a device that is just closing its files has yet to announce them. Refused while recording.
   */
  async end(reason: string, { by, withoutMissing }: EndOrder): Promise<{ readonly sealed: boolean }> {
    if (!withoutMissing) await this.#selfRecordings.settled();
    for (const device of this.session.state === "active" ? this.#selfRecordings.unheard : [])
      await this.#log.neverHeard(device);
    const ended = await this.session.end({ reason, by, withoutMissing });
    this.#members.clear();
    if (ended.sealed) this.release();
    return ended;
  }

  /** The session was ended by another than this run: its devices are free, but still asked for what they hold. */
  freeDevices(): void {
    this.#members.clear();
  }

  /** Lets the devices go without a word to the log. */
  release(): void {
    this.#stopFollowing();
    this.#selfRecordings.release();
    this.#conversions.release();
    this.#members.clear();
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
      awaited: this.#awaited.views(session.awaited, nowUs),
      last_seq: session.lastSeq,
    };
  }

  #onEvent(event: SessionEvent): void {
    if (event.event === "marker") this.#markers += 1;
    this.#selfRecordings.onEvent(event);
  }

  #onNotice(device: LiveDevice, notice: DriverNotice): void {
    this.#log.notice(device, notice, this.isRecording);
    if (notice.kind === "frames") this.#recording?.loseFrames(device, notice);
    // A device that was lost at the start, or began anew, is recorded from the moment it is back.
    if (notice.kind === "phase" && notice.phase === "armed") void this.#recording?.join(device);
  }

  async #requireReady(): Promise<void> {
    if (this.#members.streaming.length === 0)
      throw new ServiceError("PREFLIGHT_NO_DEVICE", { session: this.session.id });
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
    const nowUs = this.#ports.clock.nowUs();
    const withinMs = this.#isHalting ? DEVICES_WITHIN_MS.halt : DEVICES_WITHIN_MS.stop;
    const { atUs, streams } = await run.stop(nowUs, this.#selfRecordings.stop(run, nowUs, withinMs));
    for (const counts of streams) this.#log.silentTail(counts, atUs);
    await this.session.stopRecording({ atUs, streams, details: { discarded_bytes: this.#discarded() } });
    this.#recording = undefined;
    if (!this.#isHalting) this.#conversions.begin();
    for (const device of this.#members.live) this.#log.status(device, device.phase === "armed" ? "armed" : "lost");
  }

  /** No file could be opened: the recording that holds nothing ends at once and says why. */
  async #abandon(cause: unknown): Promise<never> {
    await this.settle();
    throw new ServiceError("RECORDING_NOT_STARTED", { reason: errorReport(cause).message }, cause);
  }

  #discarded(): Record<string, number> {
    return Object.fromEntries(this.#members.live.map((device) => [device.id, device.discardedBytes]));
  }

  #notNow(command: string): InvalidStateError {
    const state = this.session.state;
    return new InvalidStateError({ session: this.session.id, state, command, hint: stateHint(state) });
  }
}
