import { every } from "@polychron/devices";
import { errorReport, HubError, type Timers } from "@polychron/session/model";
import { SessionReader, type FileSystem, type SessionIndex } from "@polychron/session/store";
import type { FaultListener } from "../record/device-log.js";
import { isReportDue } from "./report-due.js";
import { reportOrder } from "./report-order.js";
import type { SessionJobs } from "./session-jobs.js";

/** What making up for reports needs of the hub. */
export interface MissingReportPorts {
  readonly files: FileSystem;
  readonly recordingsFolder: string;
  readonly index: Pick<SessionIndex, "ids">;
  readonly work: Pick<SessionJobs, "order">;
  /** Nothing is recorded, and no other work runs or waits. */
  readonly isQuiet: () => boolean;
  readonly timers: Timers;
  readonly onFault: FaultListener;
}

/** The hub may be busy for a while after its start; nobody waits for these reports. */
const LOOK_EVERY_MS = 10_000;
/**
 * Of so many newest sessions the metadata are read, a few milliseconds each. A hub that stops or crashes leaves a handful
 * without a report; an archive of thousands from before there were reports is for `polychron report`.
 */
const NEWEST = 100;

/** Makes the quality reports that are missing because the hub stopped or crashed: behind its start, one at a time, while all is quiet. */
export class MissingReports {
  readonly #ports: MissingReportPorts;
  #left: string[] | undefined;
  #turn: Promise<void> | undefined;
  #stopLooking: (() => void) | undefined;
  #isStopped = false;

  constructor(ports: MissingReportPorts) {
    this.#ports = ports;
  }

  /** Looks from now on until all are made; once. */
  start(): void {
    if (this.#isStopped) return;
    this.#stopLooking ??= every(this.#ports.timers, LOOK_EVERY_MS, () => this.#look());
  }

  /** Nothing is ordered any more when this resolves. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopLooking?.();
    await this.#turn;
  }

  #look(): void {
    if (this.#turn !== undefined || !this.#ports.isQuiet()) return;
    this.#turn = this.#orderNext()
      .catch((thrown: unknown) => this.#ports.onFault(errorReport(thrown), null))
      .finally(() => (this.#turn = undefined));
  }

  async #orderNext(): Promise<void> {
    const left = (this.#left ??= (await this.#ports.index.ids()).slice(0, NEWEST));
    // Taken out first: one that cannot be read is told once, and holds up no other.
    let next = left.shift();
    while (next !== undefined && !(await this.#isDue(next))) next = left.shift();
    if (next === undefined) this.#stopLooking?.();
    // Something may have begun meanwhile: then at another time.
    else if (this.#isStopped || !this.#ports.isQuiet()) left.unshift(next);
    else await this.#ports.work.order(reportOrder(next));
  }

  async #isDue(session: string): Promise<boolean> {
    const { files, recordingsFolder } = this.#ports;
    try {
      return isReportDue((await SessionReader.open(files, recordingsFolder, session)).metadata);
    } catch (thrown) {
      // Gone since, or not readable, which the list of sessions shows with its reason: there is nothing to report on.
      if (thrown instanceof HubError && UNREADABLE.has(thrown.code)) return false;
      throw thrown;
    }
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(["SESSION_NOT_FOUND", "METADATA_BROKEN", "METADATA_NEWER"]);
