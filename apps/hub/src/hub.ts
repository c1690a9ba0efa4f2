import type { HubSnapshot } from "@polychron/protocol";
import { isSessionId } from "@polychron/session/format";
import {
  errorReport,
  SessionNotFoundError,
  type Clock,
  type ErrorReport,
  type NewEvent,
  type Timers,
} from "@polychron/session/model";
import {
  SessionIndex,
  SessionReader,
  type FileSystem,
  type FolderEntry,
  type RecoveryOptions,
  type SessionStore,
} from "@polychron/session/store";
import { every, readWholeVideo } from "@polychron/devices";
import type { Logger } from "pino";
import { CommandDesk } from "./command/command-desk.js";
import { commandHandler } from "./command/handler.js";
import { commandWitness } from "./command/witness.js";
import type { ServiceError } from "./errors.js";
import { Jobs } from "./jobs.js";
import type { RecentFaults } from "./recent-faults.js";
import { CueDesk } from "./record/cue-desk.js";
import type { DeviceBook } from "./record/device-book.js";
import type { DeviceRegistry } from "./record/device-registry.js";
import type { LiveDevice } from "./record/live-device.js";
import { LiveScores } from "./record/live-scores.js";
import type { PhoneDesk } from "./record/phone-desk.js";
import { PreviewFeed } from "./record/preview-feed.js";
import { DiskSpace } from "./record/disk-space.js";
import { ReceivedFiles } from "./record/received-files.js";
import { Recorder } from "./record/recorder.js";
import { RecoveryDesk } from "./record/recovery-desk.js";
import { gatherSnapshot } from "./record/snapshot.js";
import { SnapshotPump } from "./record/snapshot-pump.js";
import { ClockWatches } from "./record/clock-watches.js";
import { TraceFeed } from "./record/trace-feed.js";
import { UnrecordedReports } from "./record/unrecorded-reports.js";
import type { ConvertVideo } from "./record/video-conversions.js";
import type { ApiPort } from "./server/api.js";
import { ExportedFiles } from "./server/exported-files.js";
import { QualityReports } from "./server/quality-reports.js";
import { pageOfSessions, firstEvents } from "./server/stored-sessions.js";
import type { UiPort } from "./server/ui.js";
import type { UploadDoor } from "./server/upload-port.js";
import type { HubConfig } from "./settings.js";
import { MissingReports } from "./jobs/missing-reports.js";
import { reportOrder } from "./jobs/report-order.js";
import { SessionJobs } from "./jobs/session-jobs.js";

/** What a hub is built from. */
export interface HubParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly files: FileSystem;
  readonly config: HubConfig;
  readonly store: SessionStore;
  readonly registry: DeviceRegistry;
  readonly book: DeviceBook;
  readonly log: Logger;
  readonly faults: RecentFaults;
  /** What the recordings folder held before this hub wrote to it. */
  readonly entries: readonly FolderEntry[];
  /** Asked before anything is replaced: is the folder still ours? */
  readonly fence: () => Promise<void>;
  readonly phones: PhoneDesk;
  readonly convertVideo: ConvertVideo;
  readonly software: { readonly name: string; readonly version: string };
  /** Seconds since the computer was started, sleep included; null where the system does not tell. */
  readonly uptimeS: () => number | null;
  /** Keeps the computer awake until the answer is called. */
  readonly keepAwake: () => () => void;
}

const LOOK_AT_DISK_EVERY_MS = 5_000;

/** The hub behind its doors: recorder, jobs, recovery and the state that the pages see. */
export class Hub {
  readonly #parts: HubParts;
  readonly #jobs: Jobs;
  readonly #cues: CueDesk;
  readonly #recorder: Recorder;
  readonly #recovery: RecoveryDesk;
  readonly #index: SessionIndex;
  readonly #missingReports: MissingReports;
  readonly #pump: SnapshotPump;
  readonly #disk: DiskSpace;
  readonly #clocks: ClockWatches;
  readonly #scores = new LiveScores();
  /** To be called with every session that was sealed: its quality report is made. */
  readonly sealed: (session: string) => void;
  /** What HTTP and Socket.IO reach. */
  readonly port: ApiPort & UiPort & { readonly uploads: UploadDoor };
  readonly #reports: UnrecordedReports;
  #stopLooking = (): void => undefined;
  #examining: Promise<void> = Promise.resolve();

  constructor(parts: HubParts) {
    const { clock, timers, files, config, store, registry, log, convertVideo, keepAwake } = parts;
    const onFault = this.#onFault;
    this.#parts = parts;
    this.#pump = new SnapshotPump((revision) => this.#scores.mark(this.#gather(revision)), timers);
    this.#jobs = new Jobs(this.#pump.changed);
    this.#recorder = new Recorder(store, registry, {
      ...{ clock, timers, onFault, leadMs: config.startLeadMs, createPolicy: config.createPolicy },
      ...{ convertVideo, keepAwake, requireRoom: () => this.#disk.requireRoom() },
    });
    this.#clocks = this.#watchClocks();
    this.#disk = this.#watchDisk();
    const work = new SessionJobs({
      ...{ store, clock, onFault, jobs: this.#jobs, recordingsFolder: config.recordings },
      ...{ version: parts.software.version, ffmpeg: config.ffmpeg },
    });
    this.sealed = (session) => this.#orFault(work.order(reportOrder(session)));
    this.#index = new SessionIndex({ files, folder: config.recordings, nowMs: () => clock.utcUs() / 1000 });
    this.#missingReports = this.#makeUpForReports(work);
    this.#reports = this.#watchReports();
    const devicesOf = (session: string): LiveDevice[] =>
      registry.devices.filter(({ id }) => this.#recorder.sessionOf(id) === session);
    this.#cues = new CueDesk({
      ...{ clock, onFault, devicesOf, session: (id: string) => store.require(id), onChanged: this.#pump.changed },
    });
    const desk: CommandDesk = new CommandDesk((value, sender) => handle(value, sender), commandWitness(store, log));
    this.#recovery = new RecoveryDesk({
      ...{ store, registry, recorder: this.#recorder, clock, onFault, onChanged: this.#pump.changed },
      options: recoveryOptions(parts),
      onCommandKnown: (commandId, result) => desk.remember(commandId, result),
    });
    const handle = commandHandler({
      ...{ registry, work, recorder: this.#recorder, recovery: this.#recovery, jobs: this.#jobs },
      ...{ phones: parts.phones, cues: this.#cues },
      onChanged: this.#pump.changed,
    });
    this.port = this.#makePort(desk, new ExportedFiles(files, config.recordings));
    registry.onChange(this.#pump.changed);
  }

  /** Ready first; what takes time (a scan, sessions left open by a crash) comes behind. */
  async start(): Promise<void> {
    this.#pump.start();
    this.#clocks.start();
    await this.#disk.look();
    this.#stopLooking = every(this.#parts.timers, LOOK_AT_DISK_EVERY_MS, () => this.#look());
    // A system that cannot list its ports can still record from those that are named by hand.
    await this.#parts.registry.scan().catch((thrown: unknown) => this.#onFault(errorReport(thrown), null));
    this.#examining = this.#recovery.examine().then(() => this.#missingReports.start());
  }

  async stop(): Promise<void> {
    this.port.desk.close();
    this.#stopLooking();
    this.#clocks.stop();
    this.#pump.stop();
    this.#cues.close();
    this.#reports.stop();
    await this.#missingReports.stop();
    await this.#jobs.close();
    await this.#recorder.stopAll();
    // Repairs write too: nobody else may have the folder before they are through.
    await this.#examining;
  }

  #watchClocks(): ClockWatches {
    const { clock, timers, registry, store, uptimeS } = this.#parts;
    return new ClockWatches({
      ...{ clock, timers, registry, store, uptimeS, onFault: this.#onFault, recorder: this.#recorder },
      tellSessions: (event) => this.#tellSessions(event),
    });
  }

  #watchReports(): UnrecordedReports {
    const sessionOf = (device: string): string | null => this.#recorder.sessionOf(device);
    return new UnrecordedReports({ registry: this.#parts.registry, onFault: this.#onFault, sessionOf });
  }

  #makeUpForReports(work: SessionJobs): MissingReports {
    const { files, timers, config } = this.#parts;
    return new MissingReports({
      ...{ files, timers, work, index: this.#index, onFault: this.#onFault, recordingsFolder: config.recordings },
      isQuiet: () => !this.#recorder.isRecording && this.#jobs.isIdle,
    });
  }

  #watchDisk(): DiskSpace {
    const { files, clock, config } = this.#parts;
    return new DiskSpace({
      ...{ files, clock, folder: config.recordings },
      isRecording: () => this.#recorder.isRecording,
      onLow: (warning) => this.#warn(warning),
      onFault: (thrown) => this.#onFault(errorReport(thrown), null),
    });
  }

  #look(): void {
    void this.#disk.look();
    this.#scores.look(this.#gather(0));
  }

  readonly #onFault = (report: ErrorReport, device: string | null): void => {
    this.#parts.log.error({ ...report, device }, "fault");
    this.#parts.faults.add(report, device);
    this.#pump.changed();
  };

  /** Something that is not yet a fault, told to whoever looks and to every open session. */
  #warn(warning: ServiceError): void {
    this.#onFault(warning.toJSON(), null);
    const { code, message, remedy } = warning;
    this.#tellSessions({ event: "warning", details: { code, message, remedy } });
  }

  #tellSessions(event: NewEvent): void {
    for (const session of this.#parts.store.openSessions()) this.#orFault(session.append(event));
  }

  /** Nobody waits for it: if it fails, that is told. */
  #orFault(work: Promise<unknown>): void {
    work.catch((thrown: unknown) => this.#onFault(errorReport(thrown), null));
  }

  #makePort(desk: CommandDesk, exported: ExportedFiles): Hub["port"] {
    const { store, files, config, clock, registry, timers } = this.#parts;
    const [traces, previews] = [new TraceFeed(registry, timers), new PreviewFeed(registry)];
    const reader = async (session: string): Promise<SessionReader> => {
      if (!isSessionId(session)) throw new SessionNotFoundError(session);
      return SessionReader.open(files, config.recordings, session);
    };
    const uploads = new ReceivedFiles({
      ...{ store, book: this.#parts.book, timers: this.#parts.timers, onChanged: this.#pump.changed },
      isInterrupted: (session) => this.#recovery.isWaiting(session),
    });
    const reports = new QualityReports(files, config.recordings);
    return {
      desk,
      uploads,
      nowUs: () => clock.nowUs(),
      snapshot: () => this.#pump.now(),
      onSnapshot: (listener) => this.#pump.onSnapshot(listener),
      recentTraces: () => traces.recent(),
      onTraces: (listener) => traces.onTraces(listener),
      onPreview: (listener) => previews.onPreview(listener),
      follow: (session, fromSeq, onEvent) =>
        store
          .require(session)
          .followEvents(fromSeq, { onEvent, onFault: (thrown) => this.#onFault(errorReport(thrown), null) }),
      page: (request) => pageOfSessions(this.#index, request),
      metadata: async (session) => store.find(session)?.metadata ?? (await reader(session)).metadata,
      events: async (session, fromSeq, limit) => firstEvents((await reader(session)).events(fromSeq), limit),
      exports: (session) => exported.list(session),
      download: (session, path) => exported.download(session, path),
      report: (session) => reports.summary(session),
      reportPage: (session) => reports.page(session),
    };
  }

  #gather(revision: number): HubSnapshot {
    const { clock, config, registry, faults, software, phones } = this.#parts;
    const sources = {
      registry,
      hub: {
        version: software.version,
        recordings_folder: config.recordings,
        simulated_lab: config.simulate > 0,
        create_policy: config.createPolicy,
      },
      nowUs: () => clock.nowUs(),
      freeBytes: () => this.#disk.freeBytes,
      sessions: () => this.#recorder.views(),
      sessionOf: (device: string) => this.#recorder.sessionOf(device),
      nameOf: (address: string) => phones.nameOf(address),
      interrupted: () => this.#recovery.views(),
      jobs: () => this.#jobs.views(),
      cues: () => this.#cues.views(),
      faults: () => faults.views(),
    };
    return gatherSnapshot(sources, revision);
  }
}

/** What looks after sessions that a crash left open. */
function recoveryOptions({ files, config, clock, fence, entries }: HubParts): RecoveryOptions {
  return { files, recordingsFolder: config.recordings, clock, fence, entries, readVideo: readWholeVideo };
}
