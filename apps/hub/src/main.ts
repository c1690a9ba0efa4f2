import { systemTimers } from "@polychron/devices";
import { errorReport, isoTime, type Clock } from "@polychron/session/model";
import { diskFiles, HubLock, SessionStore, type FileSystem } from "@polychron/session/store";
import { join } from "node:path";
import type { Logger } from "pino";
import { deviceFamilies } from "./families.js";
import { Hub } from "./hub.js";
import { writeHubDocument } from "./hub-document.js";
import { openHubLog } from "./hub-log.js";
import { Lab } from "./lab/lab.js";
import { programFile } from "./program-file.js";
import { DeviceBook } from "./record/device-book.js";
import { DeviceRegistry } from "./record/device-registry.js";
import { RecentFaults } from "./recent-faults.js";
import { TokenBook } from "./security/tokens.js";
import { openDoors } from "./server/doors.js";
import { endOnUncaught } from "./last-resort.js";
import { Life } from "./life.js";
import type { HubConfig } from "./settings.js";
import { systemClock } from "./system-clock.js";
import { programVersion } from "./version.js";

/** A running hub. */
export interface RunningHub {
  readonly url: string;
  /** Stops recordings, closes every file and lets go of every device; idempotent. */
  stop(): Promise<void>;
}

/**
 * Builds every object, passes it in, and starts; stops in reverse order. A lab that is handed in stays its giver's.
 * Throws `RECORDINGS_IN_USE`, `STORAGE_*`, `PORT_IN_USE`, `LISTEN_FAILED`, `PROGRAM_MISSING` (simulated lab without socat).
 */
export async function startHub(config: HubConfig, lab?: Lab): Promise<RunningHub> {
  const life = new Life();
  try {
    return { url: await build(config, lab, life), stop: life.stop };
  } catch (thrown) {
    await life.stop().catch((left: unknown) => addCause(thrown, left));
    throw thrown;
  }
}

async function build(config: HubConfig, givenLab: Lab | undefined, life: Life): Promise<string> {
  const world = { clock: systemClock(), timers: systemTimers, files: diskFiles() };
  const software = { name: "polychron", version: programVersion() };
  const { lock, log, faults, tell } = await takeFolder(config, world, life);
  const entries = await world.files.list(config.recordings);
  const { createPolicy, recordings: folder } = config;
  const store = await SessionStore.open({ ...world, folder, software, createPolicy, lock, onFault: tell });
  life.onStop(() => store.close());
  const ownLab = config.simulate > 0 ? await Lab.start({ count: config.simulate, seed: 1 }) : undefined;
  if (ownLab !== undefined) life.onStop(() => ownLab.close());
  const families = deviceFamilies(config, givenLab ?? ownLab, world);
  const registry = new DeviceRegistry({ families, book: openDeviceBook(config), timers: world.timers });
  life.onStop(() => registry.close());
  const hub = new Hub({ ...world, config, store, registry, log, faults, software, entries, fence: lock.fence });
  life.onStop(() => hub.stop());
  const tokens = new TokenBook(() => world.clock.nowUs());
  const { host, port } = config;
  const doors = await openDoors({ host, port, webRoot: programFile("dist-web"), tokens }, hub.port);
  life.onStop(() => doors.close());
  await hub.start();
  log.info({ url: doors.url, recordings: folder, simulate: config.simulate, ...software }, "started");
  return doors.url;
}

/** A hub's folder, and how its faults are told. */
interface TakenFolder {
  readonly lock: HubLock;
  readonly log: Logger;
  readonly faults: RecentFaults;
  /** A fault of the folder or of a session in it, to the log and to whoever looks. */
  readonly tell: (thrown: unknown, session?: string) => void;
}

/** The folder is ours, and its log is open. Throws `RECORDINGS_IN_USE`, `STORAGE_*`. */
async function takeFolder(
  config: HubConfig,
  world: { clock: Clock; files: FileSystem },
  life: Life,
): Promise<TakenFolder> {
  const faults = new RecentFaults(world.clock);
  const own: { log?: Logger } = {}; // only who holds the folder writes a log in it
  const tell = (thrown: unknown, session?: string): void => {
    const report = errorReport(thrown);
    own.log?.error({ ...report, session }, "fault");
    faults.add(report, null);
  };
  const startedAt = world.clock.utcUs();
  const started = isoTime(startedAt, world.clock.zoneOffsetMin(startedAt));
  const lock = await HubLock.acquire({ folder: config.recordings, files: world.files, started, onLost: tell });
  life.onStop(() => lock.release());
  const log = openHubLog({ path: hubFile(config, "hub.log"), level: config.logLevel, onFault: tell });
  own.log = log;
  life.onStop(endOnUncaught(log, life.stop));
  return { lock, log, faults, tell };
}

function openDeviceBook(config: HubConfig): DeviceBook {
  return new DeviceBook(hubFile(config, "devices.json"), writeHubDocument);
}

/** A document of the hub's own in the recordings folder. */
function hubFile(config: HubConfig, name: string): string {
  return join(config.recordings, ".polychron", name);
}

/** What went wrong while clearing up stays with the error that made it necessary. */
function addCause(thrown: unknown, left: unknown): void {
  if (thrown instanceof Error && thrown.cause === undefined) thrown.cause = left;
}
