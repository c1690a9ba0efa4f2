import type { DriverNotice } from "@polychron/devices";
import type { RecordingView } from "@polychron/protocol";
import type { SchedulePlan } from "@polychron/session/format";
import { errorReport, InvalidStateError, stateHint, type HubUs } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import type { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import type { RecorderPorts } from "./recorder-ports.js";
import { RecordingRun } from "./recording-run.js";
import type { SelfRecordings } from "./self-recordings.js";
import type { SessionMembers } from "./session-members.js";
import { StartNeeds } from "./start-needs.js";
import { planLead, planStop } from "./start-plan.js";
import { StartWatch } from "./start-watch.js";

/** What starting and stopping recordings needs of its session. */
export interface RecordingDeskPorts extends RecorderPorts {
  readonly log: DeviceLog;
  readonly members: SessionMembers;
  readonly selfRecordings: SelfRecordings;
  /** A recording is over, and the hub goes on. */
  onStopped(): void;
}

/** How long a stop waits for devices that close files of their own, and that of a hub which must be gone within 5 s. */
const DEVICES_WITHIN_MS = { stop: 5_000, halt: 1_500 } as const;

/** A recording under way, and how its devices keep to its start and stop. */
interface Running {
  readonly run: RecordingRun;
  readonly watch: StartWatch;
  readonly plan: SchedulePlan;
  /** The computer may sleep again. */
  letSleep(): void;
}

/** Starts and stops the recordings of one open session, one at a time. */
export class RecordingDesk {
  readonly #session: OpenSession;
  readonly #ports: RecordingDeskPorts;
  readonly #needs = new StartNeeds();
  #running: Running | undefined;
  #stopping: Promise<void> | undefined;
  #isHalting = false;

  constructor(session: OpenSession, ports: RecordingDeskPorts) {
    this.#session = session;
    this.#ports = ports;
  }

  /** The recording that runs now. */
  get run(): RecordingRun | undefined {
    return this.#running?.run;
  }

  /** Schedules a start of every streaming device. Throws `PREFLIGHT_NO_DEVICE`, `STORAGE_FULL`, `SESSION_INVALID_STATE`, `RECORDING_NOT_STARTED`. */
  async start(): Promise<{ number: number; startUs: HubUs }> {
    const { clock, leadMs, members, selfRecordings, log } = this.#ports;
    if (this.#session.state === "active") await this.#requireReady();
    const ready = members.streaming;
    const plan = planLead(leadMs, this.#needs.toStart(ready));
    const startUs = (clock.nowUs() + plan.lead_ms * 1000) as HubUs;
    const devices = ready.map((device) => device.id);
    const begun = await this.#session.startRecording({
      atUs: startUs,
      devices,
      plan,
      details: log.startDetails(ready),
    });
    const failures: unknown[] = [];
    const { run, watch } = (this.#running = this.#newRunning({ ...begun, startUs }, plan, failures));
    watch.begin(members.live);
    // Who began to stream while the start went to the disk is recorded too.
    const recorded = members.streaming;
    selfRecordings.start(recorded, run);
    await run.open(recorded);
    // No file could be opened: the recording that holds nothing ends at once and says why.
    if (run.streamCount === 0) {
      await this.settle();
      throw new ServiceError("RECORDING_NOT_STARTED", { reason: errorReport(failures[0]).message }, failures[0]);
    }
    for (const device of recorded) log.status(device, "recording");
    return { number: begun.number, startUs };
  }

  /**
   * Throws `SESSION_INVALID_STATE` when nothing runs or the stop is under way already, `STORAGE_*` when the disk does not
   * take the end: then the recording has no more samples, and stopping it again writes its end.
   */
  async stop(): Promise<{ number: number }> {
    const running = this.#running;
    if (running === undefined || this.#stopping !== undefined) {
      const { id: session, state } = this.#session;
      throw new InvalidStateError({ session, state, command: "stop_recording", hint: stateHint(state) });
    }
    this.#stopping = this.#stop(running);
    try {
      await this.#stopping;
    } finally {
      this.#stopping = undefined;
    }
    return { number: running.run.number };
  }

  /** Nothing is recorded any more when this resolves; a stop that is under way is waited for. Throws `STORAGE_*`. */
  async settle(): Promise<void> {
    if (this.#stopping !== undefined) await this.#stopping;
    else if (this.#running !== undefined) await this.stop();
  }

  /** As `settle`, for a hub that is about to end: devices are not waited for long. Throws `STORAGE_*`. */
  async halt(): Promise<void> {
    this.#isHalting = true;
    await this.settle();
  }

  /** Records a device that has joined, or has come back, from now on. */
  async join(device: LiveDevice): Promise<void> {
    if (this.#running === undefined || this.#running.run.isStopping) return;
    if (device.phase !== "armed") return; // as soon as it streams, it is as one that is back
    this.#running.watch.joined(device);
    this.#ports.selfRecordings.start([device], this.#running.run);
    await this.#running.run.join(device);
  }

  left(device: LiveDevice): void {
    this.#running?.watch.left(device);
  }

  onNotice(device: LiveDevice, notice: DriverNotice): void {
    if (this.#running === undefined) return;
    const { run, watch } = this.#running;
    watch.onNotice(device, notice);
    if (notice.kind === "frames") run.loseFrames(device, notice);
    if (notice.kind === "early") run.offer(device, notice.block);
    // A device that was lost at the start, or began anew, is recorded from the moment it is back.
    if (notice.kind === "phase" && notice.phase === "armed") void run.join(device);
  }

  /** Who watches how devices keep to a recording's start; undefined for one that is over. */
  watchOf(recording: number): StartWatch | undefined {
    return this.#running?.run.number === recording ? this.#running.watch : undefined;
  }

  /** Resolves when no stop is under way, however it went. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#stopping]);
  }

  /** The session is closed: what could not be stopped properly keeps no device from forgetting, and no computer awake. */
  release(): void {
    this.#running?.run.release();
    this.#running?.letSleep();
  }

  view(): RecordingView | null {
    if (this.#running === undefined) return null;
    const { run, watch } = this.#running;
    const { number, startUs, stopUs } = run;
    const streams = run.counts(this.#ports.clock.nowUs());
    return { number, start_us: startUs, stop_us: stopUs ?? null, starts: watch.views(), streams };
  }

  async #requireReady(): Promise<void> {
    const session = this.#session.id;
    const { members, log } = this.#ports;
    const refused = members.live.filter(({ refusal }) => refusal !== undefined);
    for (const device of refused) log.fault(device, device.refusal, "start_recording");
    if (members.streaming.length === 0)
      throw refused[0]?.refusal ?? new ServiceError("PREFLIGHT_NO_DEVICE", { session });
    await this.#ports.requireRoom();
  }

  #newRunning(
    begun: { number: number; stamp: string; startUs: HubUs },
    plan: SchedulePlan,
    failures: unknown[],
  ): Running {
    const { log, members } = this.#ports;
    const run: RecordingRun = new RecordingRun(this.#session, begun, {
      ...this.#ports,
      onGap: (route, gap) => log.gap(route, gap),
      onBegun: () => watch.look(),
      onOpenFailed: (device, thrown) => {
        failures.push(thrown);
        log.fault(device, thrown, "open_stream");
        watch.refused(device);
      },
    });
    const ends = (atUs: number) => run.ends(members.live, atUs);
    const watch = new StartWatch(begun, { ...this.#ports, session: this.#session, ends });
    return { run, watch, plan, letSleep: this.#ports.keepAwake() };
  }

  async #stop({ run, watch, plan: startPlan, letSleep }: Running): Promise<void> {
    const { clock, leadMs, members, selfRecordings, log } = this.#ports;
    const nowUs = clock.nowUs();
    const isAtOnce = this.#isHalting || nowUs < run.startUs;
    const plan = planStop({ isAtOnce, leastMs: leadMs }, this.#needs.toStop(members.streaming));
    // A stop that was ordered before, and that the disk did not take, keeps its time.
    const stopUs = run.stopUs ?? ((nowUs + plan.lead_ms * 1000) as HubUs);
    const withinMs = this.#isHalting ? DEVICES_WITHIN_MS.halt : DEVICES_WITHIN_MS.stop;
    const { atUs, streams } = await run.stop(stopUs, selfRecordings.stop(run, stopUs, withinMs));
    for (const counts of streams) log.silentTail(counts, atUs);
    const coordination = watch.end();
    this.#needs.learn(coordination, startPlan);
    await this.#session.stopRecording({
      ...{ atUs, streams, coordination, plan },
      details: {
        discarded_bytes: byDevice(members.live, ({ discardedBytes }) => discardedBytes),
        refused_blocks: byDevice(members.live, ({ refusedBlocks }) => refusedBlocks),
      },
    });
    this.#running = undefined;
    run.release();
    letSleep();
    if (!this.#isHalting) this.#ports.onStopped();
    for (const device of members.live) log.status(device, device.phase === "armed" ? "armed" : "lost");
  }
}

function byDevice(devices: readonly LiveDevice[], count: (device: LiveDevice) => number): Record<string, number> {
  return Object.fromEntries(devices.map((device) => [device.id, count(device)]));
}
