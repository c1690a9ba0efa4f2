import type { DriverNotice } from "@polychron/devices";
import type { SessionView } from "@polychron/protocol";
import { unheardRecordings } from "@polychron/session/format";
import { errorReport, type HubUs, type SessionEvent } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { AwaitedFiles } from "./awaited-files.js";
import { DeviceLog } from "./device-log.js";
import type { DeviceListener, LiveDevice } from "./live-device.js";
import { markerTime } from "./marker-time.js";
import type { RecorderPorts } from "./recorder-ports.js";
import { RecordingDesk } from "./recording-desk.js";
import { SelfRecordings } from "./self-recordings.js";
import { SessionMembers } from "./session-members.js";
import { StartAcks } from "./start-acks.js";
import { VideoConversions } from "./video-conversions.js";

/** How a session is to end, and who says so. */
export interface EndOrder {
  readonly by: string;
  /** Seal now; what devices still hold is named missing. */
  readonly withoutMissing: boolean;
}

/** One open session at work: its devices, its files and its markers. Its recordings are the desk's. */
export class SessionRun {
  readonly session: OpenSession;
  readonly #ports: RecorderPorts;
  readonly #log: DeviceLog;
  readonly #members: SessionMembers;
  readonly #selfRecordings: SelfRecordings;
  readonly #desk: RecordingDesk;
  readonly #conversions: VideoConversions;
  readonly #awaited = new AwaitedFiles();
  readonly #stopFollowing: () => void;
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
      listener: () => acks,
      running: () => this.#desk.run,
      isMember: (device) => this.#members.has(device.id),
    });
    this.#desk = new RecordingDesk(session, {
      ...{ ...ports, log: this.#log, members: this.#members, selfRecordings: this.#selfRecordings },
      onStopped: () => this.#conversions.begin(),
    });
    const acks = new StartAcks({
      ...{ session, clock: ports.clock, log: this.#log },
      watchOf: (recording) => this.#desk.watchOf(recording),
      settled: () => this.#desk.settled(),
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
    return this.#desk.run !== undefined;
  }

  /** Takes a device in; into the running recording too. Throws `SESSION_DEVICE_BUSY`, `SESSION_INVALID_STATE`. */
  join(device: LiveDevice): Promise<void> {
    const listener: DeviceListener = {
      onBlock: (stream, block) => this.#desk.run?.push(stream, block),
      onFragment: (stream, fragment) => this.#desk.run?.pushFragment(stream, fragment),
      onNotice: (notice) => this.#onNotice(device, notice),
    };
    return this.#members.join(device, listener, async (isBack) => {
      if (isBack) this.#log.reconnected(device, this.isRecording);
      this.#selfRecordings.watch(device);
      await this.#desk.join(device);
    });
  }

  /** A device was disconnected by the operator: the session goes on without it. */
  leave(device: LiveDevice): void {
    this.#members.drop(device);
    this.#log.left(device);
    this.#desk.left(device);
  }

  /** A device that this session knows is connected again: what it still holds is asked for, even while the session ends. */
  returned(device: LiveDevice): void {
    this.#selfRecordings.watch(device);
  }

  /** As `RecordingDesk.start`. */
  start(): Promise<{ number: number; startUs: HubUs }> {
    return this.#desk.start();
  }

  /** As `RecordingDesk.stop`. */
  stop(): Promise<{ number: number }> {
    return this.#desk.stop();
  }

  /** As `RecordingDesk.settle`. */
  settle(): Promise<void> {
    return this.#desk.settle();
  }

  /** As `settle`, for a hub that is about to end: devices are not waited for long, and no video is converted any more. Throws `STORAGE_*`. */
  halt(): Promise<void> {
    return this.#desk.halt();
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
   * Ends; the devices are free for another session. Sealed at once, or when the last file that a device announced is here, and
   * every device has told what it recorded on itself: one that is just closing its files has yet to. Refused while recording.
   */
  async end(reason: string, { by, withoutMissing }: EndOrder): Promise<{ readonly sealed: boolean }> {
    if (!withoutMissing) await this.#selfRecordings.settled();
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
    this.#desk.release();
    this.#selfRecordings.release();
    this.#conversions.release();
    this.#members.clear();
  }

  view(): SessionView {
    const { session } = this;
    return {
      id: session.id,
      name: session.metadata.session_name,
      state: session.state,
      start_time: session.metadata.start_time,
      zero_us: session.epoch.monotonic_zero_us,
      devices: Object.keys(session.metadata.devices),
      recording: this.#desk.view(),
      recordings: session.metadata.recordings.length,
      markers: this.#markers,
      errors: session.metadata.errors.length,
      awaited: this.#awaited.views(session.awaited, this.#ports.clock.nowUs()),
      unheard: unheardRecordings(session.metadata).filter(({ recording }) => recording !== this.#desk.run?.number),
      last_seq: session.lastSeq,
    };
  }

  #onEvent(event: SessionEvent): void {
    if (event.event === "marker") this.#markers += 1;
    this.#selfRecordings.onEvent(event);
  }

  #onNotice(device: LiveDevice, notice: DriverNotice): void {
    this.#log.notice(device, notice, this.isRecording);
    this.#desk.onNotice(device, notice);
  }
}
