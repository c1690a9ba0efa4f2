import type { DriverNotice, FirstKept } from "@polychron/devices";
import type { DeviceStartView } from "@polychron/protocol";
import type { DeviceCoordination } from "@polychron/session/format";
import { errorReport, hubUs, toSessionS, type Clock, type JsonObject, type Timers } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import type { DeviceLog } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import { ownFacts } from "./start-own.js";
import { coordinationOf, StartRoll, type RollEntry } from "./start-roll.js";
import { judgeOwn, NO_SAMPLE_AFTER_US, type StreamEnds } from "./start-verdict.js";

/** What watching a start needs of the world. */
export interface StartWatchPorts {
  readonly session: OpenSession;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: DeviceLog;
  /** Where each regular stream begins and ends, as of a hub time. */
  ends(atUs: number): readonly StreamEnds[];
}

/**
 * How the devices of one recording keep to its start and its stop: told to the log once when all have begun, or when the wait
 * for them is over, and from then on whenever that changes for one of them.
 */
export class StartWatch {
  readonly #recording: number;
  readonly #startUs: number;
  readonly #ports: StartWatchPorts;
  readonly #roll: StartRoll;
  /** What the log knows of each device; undefined before the roll was called. */
  #told: ReadonlyMap<string, RollEntry> | undefined;
  #cancelTimer = (): void => undefined;
  #isOver = false;

  constructor({ number, startUs }: { number: number; startUs: number }, ports: StartWatchPorts) {
    this.#recording = number;
    this.#startUs = startUs;
    this.#ports = ports;
    this.#roll = new StartRoll(startUs);
  }

  /** The scheduled start, hub microseconds. */
  get startUs(): number {
    return this.#startUs;
  }

  /** The devices that are to begin. */
  begin(devices: readonly LiveDevice[]): void {
    for (const device of devices) {
      this.#roll.expect(device.id, device.phase === "armed");
      // The hub keeps it out, for its clock cannot be used.
      if (device.refusal !== undefined) this.#roll.refused(device.id);
    }
    this.#lookAfter(Math.max(0, this.#startUs - this.#ports.clock.nowUs()));
  }

  /** A device joins in mid-recording, or is back. */
  joined(device: LiveDevice): void {
    if (device.phase === "armed") this.#here(device, this.#ports.clock.nowUs());
  }

  left(device: LiveDevice): void {
    this.#roll.lost(device.id, this.#ports.clock.nowUs());
    this.look();
  }

  onNotice(device: LiveDevice, notice: DriverNotice): void {
    if (notice.kind === "renewed") this.#roll.renewed(device.id, notice.atUs);
    else if (notice.kind !== "phase") return;
    else if (notice.phase === "armed") return this.#here(device, notice.atUs);
    else this.#roll.lost(device.id, notice.atUs);
    this.look();
  }

  /** No file could be opened for a device. */
  refused(device: LiveDevice): void {
    this.#roll.refused(device.id);
    this.look();
  }

  /** A device is told to record on itself. */
  told(device: LiveDevice): void {
    this.#roll.told(device.id, this.#ports.clock.nowUs());
  }

  /** A device records on itself, by its own word. */
  ownStarted(device: LiveDevice, first: readonly FirstKept[]): void {
    this.#roll.own(device.id, ownFacts(device, first, { startUs: this.#startUs, nowUs: this.#ports.clock.nowUs() }));
    this.look();
  }

  /** A device does not record on itself. */
  ownRefused(device: LiveDevice, thrown: unknown): void {
    const { code } = errorReport(thrown);
    this.#roll.own(device.id, { firstUs: null, skewS: null, answeredUs: this.#ports.clock.nowUs(), code });
    this.look();
  }

  /** A device's own files are closed. */
  stopped(device: LiveDevice): void {
    this.#roll.stopped(device.id, this.#ports.clock.nowUs());
  }

  /** Something may have changed: a stream has begun, or time has passed. */
  look(): void {
    if (this.#isOver) return;
    const nowUs = this.#ports.clock.nowUs();
    const entries = this.#entries(nowUs);
    if (this.#told !== undefined) return this.#tellChanges(entries);
    const isOver = nowUs >= this.#startUs + NO_SAMPLE_AFTER_US;
    if (isOver || entries.every(({ start, owesAnswer }) => start.status !== "waiting" && !owesAnswer))
      this.#callRoll(entries);
  }

  /** How everybody has kept to start and stop, for the recording's end; nothing is told from here on. */
  end(): DeviceCoordination[] {
    this.#cancelTimer();
    const nowUs = this.#ports.clock.nowUs();
    const ends = this.#ports.ends(nowUs);
    this.#isOver = true;
    return this.#entries(nowUs).map((entry) => coordinationOf(entry, this.#roll.stopOf(entry.device, ends), this.#tS));
  }

  views(): DeviceStartView[] {
    return this.#entries(this.#ports.clock.nowUs()).map((entry) => viewOf(entry, this.#startUs));
  }

  #here(device: LiveDevice, atUs: number): void {
    this.#roll.here(device.id, atUs);
    this.#lookAfter(0);
    this.look();
  }

  /** Looks again when the wait that begins in so many microseconds is over. */
  #lookAfter(us: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#ports.timers.after((us + NO_SAMPLE_AFTER_US) / 1000, () => this.look());
  }

  #entries(nowUs: number): RollEntry[] {
    return this.#roll.entries(this.#ports.ends(nowUs), nowUs);
  }

  #callRoll(entries: readonly RollEntry[]): void {
    this.#told = new Map(entries.map((entry) => [entry.device, entry]));
    const skews = entries.flatMap(({ start, joinedLateUs }) => (joinedLateUs === null ? (start.skewS ?? []) : []));
    this.#tell({ ack: "all_started", skew_s: skews.length === 0 ? null : Math.max(...skews) }, entries);
  }

  #tellChanges(entries: readonly RollEntry[]): void {
    for (const entry of entries) {
      const before = this.#told!.get(entry.device);
      const what = changeOf(before, entry);
      if (what === undefined) continue;
      this.#told = new Map([...this.#told!, [entry.device, entry]]);
      this.#tell({ device: entry.device, ack: what }, [entry]);
    }
  }

  #tell(what: JsonObject, entries: readonly RollEntry[]): void {
    const coordination = entries.map((entry) => coordinationOf(entry, null, this.#tS)) as unknown as JsonObject[];
    this.#ports.log.acknowledged({ ...what, recording: this.#recording, coordination });
  }

  readonly #tS = (atUs: number): number => {
    return Math.round(toSessionS(this.#ports.session.epoch, hubUs(atUs)) * 1e6) / 1e6;
  };
}

/** What is new about a device since the log was told of it; undefined for nothing that matters. */
function changeOf(before: RollEntry | undefined, now: RollEntry): string | undefined {
  // What it brings is told with it.
  if (now.start.status === "waiting") return undefined;
  if (before === undefined || (before.joinedLateUs === null && now.joinedLateUs !== null)) return "joined_late";
  if (now.rejoined.length > before.rejoined.length) return "rejoined";
  if (now.start.status !== before.start.status || now.start.silent.length !== before.start.silent.length)
    return "started";
  if (before.own?.code !== now.own?.code || before.own?.answeredUs !== now.own?.answeredUs) return "own_start";
  return undefined;
}

function viewOf(entry: RollEntry, startUs: number): DeviceStartView {
  const { device, start, own, joinedLateUs, rejoined } = entry;
  const ownStatus = own === null ? null : judgeOwn(own);
  return {
    device,
    status: start.status,
    skew_ms: toMs(start.skewS),
    reason: start.reason,
    silent: start.silent,
    own: own === null || ownStatus === null ? null : { status: ownStatus, skew_ms: toMs(own.skewS) },
    joined_late_s: joinedLateUs === null ? null : Math.round((joinedLateUs - startUs) / 1e5) / 10,
    rejoined: rejoined.length,
  };
}

/** Milliseconds with one decimal. */
function toMs(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 1e4) / 10;
}
