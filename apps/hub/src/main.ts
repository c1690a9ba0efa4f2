import { systemTimers } from "@polychron/devices";
import { errorReport, isoTime, type Clock, type Timers } from "@polychron/session/model";
import { diskFiles, HubLock, SessionStore, type FileSystem, type SessionStoreOptions } from "@polychron/session/store";
import { join } from "node:path";
import type { Logger } from "pino";
import { videoConverter } from "./convert-video.js";
import { deviceFamilies } from "./families.js";
import { Hub, type HubParts } from "./hub.js";
import type { ServiceError } from "./errors.js";
import { writeHubDocument } from "./hub-document.js";
import { openHubLog } from "./hub-log.js";
import { Lab } from "./lab/lab.js";
import { programFile } from "./program-file.js";
import { admitPhone } from "./record/admit-phone.js";
import { DeviceBook } from "./record/device-book.js";
import { DeviceRegistry } from "./record/device-registry.js";
import { PhoneDesk } from "./record/phone-desk.js";
import { RecentFaults } from "./recent-faults.js";
import { PairedPhones } from "./security/paired-phones.js";
import { Pairing } from "./security/pairing.js";
import { TokenBook } from "./security/tokens.js";
import { openDoors, type Doors } from "./server/doors.js";
import { PhoneDirectory } from "./server/phone-directory.js";
import { endOnUncaught } from "./last-resort.js";
import { Life } from "./life.js";
import type { HubConfig } from "./settings.js";
import { SleepInhibitor } from "./sleep-inhibitor.js";
import { systemClock, systemUptimeS } from "./system-clock.js";
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
  const open: { doors?: Doors; hub?: Hub } = {}; // made below, and needed by what they are made of
  const told = { onFault: tell, onSealed: (session: string): void => open.hub?.sealed(session) };
  const store = await openStore(config, { ...world, ...told, software, lock }, life);
  const lab = givenLab ?? (await openOwnLab(config, life));
  const { directory, book, registry } = openDevices(config, lab, world, life);
  const gate = openGate(config, world.clock);
  const phones = new PhoneDesk({ ...gate, book, registry, addresses: () => open.doors?.addresses() ?? [] });
  const hub = (open.hub = new Hub({
    ...{ ...world, config, store, registry, book, log, faults, software, entries, phones },
    ...{ fence: lock.fence, convertVideo: videoConverter(config.ffmpeg), ...computer(log, life) },
  }));
  open.doors = await openDoors(
    {
      ...{ host: config.host, port: config.port, webRoot: programFile("dist-web"), tokens: gate.tokens },
      uploads: hub.port.uploads,
      alsoCalled: () => lab?.network?.hosts ?? [],
      onEnd: (end) => log.info(end, "connection ended"),
      phones: {
        ...{ ...world, ...gate, directory, hub: software, onFault: tell },
        admit: (link) => admitPhone(registry, link),
      },
    },
    hub.port,
  );
  life.onStop(() => open.doors!.close());
  // Before the doors close: phones are told that the recording is over, and say what they hold.
  life.onStop(() => hub.stop());
  await hub.start();
  // A lab that was handed in is joined by its giver.
  const { url } = open.doors;
  const pair = (): Promise<string> => Promise.resolve(gate.pairing.issue().code);
  if (givenLab === undefined) await lab?.join({ url, pair }).catch((thrown: unknown) => tell(thrown));
  log.info({ url, recordings: config.recordings, simulate: config.simulate, ...software }, "started");
  return url;
}

/** The sessions of the recordings folder. Throws `STORAGE_*`. */
async function openStore(
  { recordings: folder, createPolicy }: HubConfig,
  ports: Omit<SessionStoreOptions, "folder" | "createPolicy">,
  life: Life,
): Promise<SessionStore> {
  const store = await SessionStore.open({ ...ports, folder, createPolicy });
  life.onStop(() => store.close());
  return store;
}

/** How long the computer is on, and what keeps it awake; that it may sleep all the same is no fault but a line in the hub's log. */
function computer(log: Logger, life: Life): Pick<HubParts, "uptimeS" | "keepAwake"> {
  const { platform, env } = process;
  const onWarning = (warning: ServiceError): void => log.warn(warning.toJSON(), "warning");
  const inhibitor = new SleepInhibitor({ platform, env, onWarning });
  life.onStop(() => inhibitor.close());
  return { uptimeS: systemUptimeS, keepAwake: inhibitor.hold };
}

/** The devices: who is known, who is here, and how each family is spoken to. */
function openDevices(
  config: HubConfig,
  lab: Lab | undefined,
  world: { clock: Clock; timers: Timers },
  life: Life,
): { directory: PhoneDirectory; book: DeviceBook; registry: DeviceRegistry } {
  const directory = new PhoneDirectory();
  const book = new DeviceBook(hubFile(config, "devices.json"), writeHubDocument);
  const families = deviceFamilies(config, { lab, directory, ...world });
  const registry = new DeviceRegistry({ families, book, timers: world.timers });
  life.onStop(() => registry.close());
  return { directory, book, registry };
}

/** The hub's own emulated devices, where the settings ask for some. */
async function openOwnLab({ simulate, impair }: HubConfig, life: Life): Promise<Lab | undefined> {
  if (simulate === 0) return undefined;
  const size = { shimmers: simulate, phones: simulate, cameras: simulate };
  const lab = await Lab.start({ ...size, seed: 1, ...(impair !== "none" && { impair }) });
  life.onStop(() => lab.close());
  return lab;
}

/** Who may come in: pages by a token of the hub's run, phones by one that they were paired for. */
function openGate(config: HubConfig, clock: Clock): { tokens: TokenBook; paired: PairedPhones; pairing: Pairing } {
  const path = hubFile(config, "paired.json");
  const paired = new PairedPhones({ path, write: writeHubDocument, utcMs: () => clock.utcUs() / 1000 });
  const tokens = new TokenBook(() => clock.nowUs(), paired);
  return { tokens, paired, pairing: new Pairing(paired, () => clock.nowUs() / 1000) };
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

/** A document of the hub's own in the recordings folder. */
function hubFile(config: HubConfig, name: string): string {
  return join(config.recordings, ".polychron", name);
}

/** What went wrong while clearing up stays with the error that made it necessary. */
function addCause(thrown: unknown, left: unknown): void {
  if (thrown instanceof Error && thrown.cause === undefined) thrown.cause = left;
}
