import type { InterruptedView } from "@polychron/protocol";
import {
  errorReport,
  isoTime,
  nameStamp,
  parseIsoTime,
  sessionS,
  SessionNotFoundError,
  toHubUs,
  type Clock,
  type JsonObject,
  type UtcUs,
} from "@polychron/session/model";
import {
  continueInterrupted,
  discardSession,
  endInterrupted,
  recoverSessions,
  SessionReader,
  type ContinuedSession,
  type InterruptedSession,
  type RecoveryOptions,
  type SessionStore,
} from "@polychron/session/store";
import { addressNow, connectionOf } from "./device-connection.js";
import { knownCommands } from "./known-commands.js";
import { lossText } from "./loss-text.js";
import type { DeviceRegistry } from "./device-registry.js";
import type { FaultListener } from "./device-log.js";
import type { Recorder } from "./recorder.js";
import type { SessionRun } from "./session-run.js";

/** What recovery needs of the hub. */
export interface RecoveryPorts {
  readonly store: SessionStore;
  readonly registry: DeviceRegistry;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly options: RecoveryOptions;
  /** Command ids that an interrupted session's log proves done. */
  onCommandKnown(commandId: string, result: JsonObject): void;
  readonly onFault: FaultListener;
  readonly onChanged: () => void;
}

/** A session that waits for the operator's choice. */
interface Waiting {
  readonly found: InterruptedSession;
  /** When its last sample was taken, ISO 8601 in local time; null when nothing was recorded. */
  readonly lastTime: string | null;
}

/** Sessions that a crash left open: found and repaired at the start, then each continued, ended or discarded as the operator says. */
export class RecoveryDesk {
  readonly #ports: RecoveryPorts;
  readonly #waiting = new Map<string, Waiting>();
  #examined: Promise<void> | undefined;

  constructor(ports: RecoveryPorts) {
    this.#ports = ports;
  }

  /** Repairs what is unclean, once; what cannot be repaired is shown as a fault and left alone. Never rejects. */
  examine(): Promise<void> {
    this.#examined ??= this.#examine().catch((thrown: unknown) => this.#ports.onFault(errorReport(thrown), null));
    return this.#examined;
  }

  async #examine(): Promise<void> {
    const { interrupted, failed } = await recoverSessions(this.#ports.options);
    for (const found of interrupted) {
      await this.#rememberCommands(found.id);
      this.#waiting.set(found.id, { found, lastTime: await this.#lastTime(found) });
    }
    for (const { error } of failed) this.#ports.onFault(error, null);
    this.#ports.onChanged();
  }

  /** A page that sends a command again because the answer was lost in the crash gets the answer of then. */
  async #rememberCommands(id: string): Promise<void> {
    const { options, onCommandKnown } = this.#ports;
    const reader = await SessionReader.open(options.files, options.recordingsFolder, id);
    for await (const { commandId, result } of knownCommands(reader.events())) onCommandKnown(commandId, result);
  }

  /** Whether a session waits for the operator's choice. */
  isWaiting(id: string): boolean {
    return this.#waiting.has(id);
  }

  views(): InterruptedView[] {
    return [...this.#waiting.values()].map(({ found, lastTime }) => ({
      id: found.id,
      name: found.name,
      found_state: found.foundState,
      last_time: lastTime,
      lost: found.lost.map(lossText),
      devices: found.devices.map((device) => device.deviceId),
    }));
  }

  /** Does what the operator chose. Throws `SESSION_NOT_FOUND` when it waits for no choice, and as the store. */
  async decide(id: string, choice: "continue" | "end" | "discard", by: string): Promise<JsonObject> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) throw new SessionNotFoundError(id);
    this.#waiting.delete(id);
    try {
      return await this.#do(waiting.found, choice, by);
    } catch (thrown) {
      // Once it is open again the choice is made, whatever went wrong behind it.
      if (this.#ports.store.find(id) === undefined) this.#waiting.set(id, waiting);
      throw thrown;
    }
  }

  async #lastTime({ id, lastSampleS }: InterruptedSession): Promise<string | null> {
    if (lastSampleS === null) return null;
    const { clock, options } = this.#ports;
    const { metadata } = await SessionReader.open(options.files, options.recordingsFolder, id);
    const at = (parseIsoTime(metadata.clock.epochs[0]!.utc) + lastSampleS * 1e6) as UtcUs;
    return isoTime(at, clock.zoneOffsetMin(at));
  }

  async #do(found: InterruptedSession, choice: "continue" | "end" | "discard", by: string): Promise<JsonObject> {
    const { store, options, clock } = this.#ports;
    if (choice === "continue") return this.#continue(await continueInterrupted(store, found, by));
    if (choice === "end") {
      await endInterrupted(store, found, by);
      const { sealed } = await this.#ports.recorder.end(found.id, { by, withoutMissing: false });
      return { session: found.id, sealed };
    }
    await this.#ports.recorder.endOnDevices(found.id);
    const at = clock.utcUs();
    const stamp = nameStamp(at, clock.zoneOffsetMin(at));
    return { trash: await discardSession({ ...options, sessionId: found.id, stamp }) };
  }

  /** Re-arms the devices with the settings they had; if it was recording, a new recording starts and the gap is logged. */
  async #continue(continued: ContinuedSession): Promise<JsonObject> {
    const run = this.#ports.recorder.adopt(continued.session);
    const results = await Promise.allSettled(
      continued.devices.map((device) => this.#rearm(run, device.deviceId, device.settings as JsonObject)),
    );
    for (const result of results)
      if (result.status === "rejected") this.#ports.onFault(errorReport(result.reason), null);
    const answer = {
      session: run.session.id,
      devices: results.filter((result) => result.status === "fulfilled").length,
    };
    if (!continued.wasRecording || answer.devices === 0) return answer;
    const { number, startUs } = await run.start();
    await this.#logGap(run, continued, startUs);
    return { ...answer, recording: number };
  }

  async #rearm(run: SessionRun, deviceId: string, settings: JsonObject): Promise<void> {
    const { registry } = this.#ports;
    const known = registry.find(deviceId);
    if (known !== undefined) return run.join(known);
    const way = connectionOf(run.session, deviceId);
    await run.join(await registry.connect(way.family, addressNow(way, registry.candidates()), settings, deviceId));
  }

  async #logGap(run: SessionRun, { gapFromS }: ContinuedSession, startUs: number): Promise<void> {
    const { session } = run;
    const untilS = (startUs - session.epoch.monotonic_zero_us) / 1e6;
    const details = { cause: "hub_restart", from_t_s: gapFromS, to_t_s: untilS, bound_s: session.epoch.bound_s };
    await session.append({ event: "gap", atUs: toHubUs(session.epoch, sessionS(gapFromS ?? untilS)), details });
  }
}
