import type { MadeCue } from "@polychron/devices";
import type { CueView } from "@polychron/protocol";
import {
  cueTurns,
  errorReport,
  InvalidStateError,
  PAGE_MAKER,
  stateHint,
  type Clock,
  type CueAct,
  type CueTurn,
} from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import { doneEvent, failedEvent, orderedEvent } from "./cue-words.js";
import type { FaultListener } from "./device-log.js";
import type { LiveDevice } from "./live-device.js";
import { deviceSAt } from "./stop-order.js";

/** What cues need of the world. */
export interface CueParts {
  readonly clock: Clock;
  /** Throws `SESSION_NOT_FOUND`, `SESSION_IMMUTABLE`. */
  session(id: string): OpenSession;
  /** The devices of a session that are here now. */
  devicesOf(session: string): readonly LiveDevice[];
  readonly onFault: FaultListener;
  onChanged(): void;
}

/** What a page says that it did; hub microseconds. */
export interface ReportedCue {
  readonly session: string;
  readonly cue: number;
  readonly act: CueAct;
  readonly atUs: number;
  readonly uncertaintyUs: number;
  readonly by: string;
}

interface RunningCue extends CueView {
  readonly by: string;
  readonly turns: readonly CueTurn[];
}

/** The order goes to the log and then to phones and pages, and the screen is dark for a while before it flashes. */
const LEAD_US = 700_000;
/** The longest turn: light, and the dark behind it. */
const LAST_TURN_US = 3_000_000;
/** Who does it late, or says so late, is heard for so long. */
const PATIENCE_US = 30_000_000;
const ANSWER_WITHIN_MS = 5_000;
/** A page that did it at another time than this around the order has lost the hub's time. */
const NEAR_US = 5_000_000;
const PAGE_ACTS: readonly CueAct[] = ["flash", "chirp"];

/** Cues: ordered once, made by the pages and by every device that can, and told to the session's log as they were done. */
export class CueDesk {
  readonly #parts: CueParts;
  readonly #closing = new AbortController();
  /** Sessions whose order is on its way to the log. */
  readonly #ordering = new Set<string>();
  #cues: readonly RunningCue[] = [];

  constructor(parts: CueParts) {
    this.#parts = parts;
  }

  /** Throws `SESSION_INVALID_STATE` (nothing records), `CUE_RUNNING`, and as the store. */
  async order(sessionId: string, by: string): Promise<{ readonly cue: number; readonly at_us: number }> {
    const session = this.#parts.session(sessionId);
    if (session.state !== "recording") throw notNow(session);
    this.#requireQuiet(sessionId);
    this.#ordering.add(sessionId);
    try {
      const cue = await this.#schedule(session, by);
      for (const turn of cue.turns) if (turn.maker !== PAGE_MAKER) void this.#make(session, cue, turn);
      return { cue: cue.cue, at_us: cue.at_us };
    } finally {
      this.#ordering.delete(sessionId);
      this.#parts.onChanged();
    }
  }

  /** What a page did. Throws `CUE_UNKNOWN`, and as the store. */
  async report({ session, cue, act, atUs, uncertaintyUs, by }: ReportedCue): Promise<void> {
    const known = this.#cues.find((other) => other.session === session && other.cue === cue);
    const isLate = known !== undefined && this.#parts.clock.nowUs() > known.ends_us + PATIENCE_US;
    if (known === undefined || isLate || Math.abs(atUs - known.at_us) > NEAR_US)
      throw new ServiceError("CUE_UNKNOWN", { cue, session });
    const done = { cue, act, atUs, maker: PAGE_MAKER, uncertaintyS: uncertaintyUs / 1e6, more: { by } };
    await this.#parts.session(session).append(doneEvent(done));
  }

  /** Those that pages may still take part in. */
  views(): CueView[] {
    const nowUs = this.#parts.clock.nowUs();
    return this.#cues
      .filter(({ ends_us: endsUs }) => endsUs > nowUs)
      .map(({ session, cue, at_us, ends_us }) => ({ session, cue, at_us, ends_us }));
  }

  /** Nobody is waited for any more. */
  close(): void {
    this.#closing.abort(new ServiceError("HUB_STOPPING"));
  }

  #requireQuiet(session: string): void {
    const nowUs = this.#parts.clock.nowUs();
    const running = this.#cues.find((cue) => cue.session === session && cue.ends_us > nowUs);
    if (running === undefined && !this.#ordering.has(session)) return;
    const leftUs = (running?.ends_us ?? nowUs + LEAD_US) - nowUs;
    throw new ServiceError("CUE_RUNNING", { session, leftS: Math.ceil(leftUs / 1e6) });
  }

  async #schedule(session: OpenSession, by: string): Promise<RunningCue> {
    const nowUs = this.#parts.clock.nowUs();
    const makers = this.#parts.devicesOf(session.id).map((device) => ({ maker: device.id, acts: actsOf(device) }));
    const turns = cueTurns([{ maker: PAGE_MAKER, acts: PAGE_ACTS }, ...makers]);
    const atUs = nowUs + LEAD_US;
    const { seq } = await session.append(orderedEvent({ atUs, by, turns }));
    const endsUs = atUs + Math.max(...turns.map(({ afterS }) => afterS)) * 1e6 + LAST_TURN_US;
    const cue = { session: session.id, cue: seq, at_us: atUs, ends_us: endsUs, by, turns };
    this.#cues = [...this.#cues.filter((old) => old.ends_us + PATIENCE_US > nowUs), cue];
    return cue;
  }

  /** Never rejects: what went wrong is in the log. */
  async #make(session: OpenSession, cue: RunningCue, { maker, acts, afterS }: CueTurn): Promise<void> {
    const device = this.#parts.devicesOf(session.id).find(({ id }) => id === maker);
    const atUs = cue.at_us + afterS * 1e6;
    const withinMs = (atUs - this.#parts.clock.nowUs()) / 1e3 + ANSWER_WITHIN_MS;
    try {
      if (device?.driver.cues === undefined) throw new ServiceError("DEVICE_NOT_FOUND", { device: maker });
      const request = { cue: cue.cue, acts, atDeviceS: deviceSAt(device, atUs) };
      const made = await device.driver.cues.make(request, { withinMs, signal: this.#closing.signal });
      for (const act of made) await session.append(doneEvent(this.#doneBy(device, cue.cue, act)));
    } catch (thrown) {
      await this.#failed(session, { cue: cue.cue, maker, thrown });
    }
  }

  #doneBy(device: LiveDevice, cue: number, { act, deviceTimeS, uncertaintyS }: MadeCue) {
    const nowUs = this.#parts.clock.nowUs();
    const stream = device.streams.find(({ clock }) => clock.nature === "two_way");
    const boundMs = stream?.clock.view(nowUs)?.bound99_ms ?? null;
    const more = { device_time_s: deviceTimeS };
    // Before its clock is known, only the answer says when it was.
    if (stream === undefined || boundMs === null)
      return { cue, maker: device.id, act, atUs: nowUs, uncertaintyS: null, more };
    const atUs = stream.clock.hubUs(deviceTimeS);
    return { cue, maker: device.id, act, atUs, uncertaintyS: uncertaintyS + boundMs / 1e3, more };
  }

  async #failed(
    session: OpenSession,
    { cue, maker, thrown }: { readonly cue: number; readonly maker: string; readonly thrown: unknown },
  ): Promise<void> {
    const report = errorReport(thrown);
    try {
      await session.append(failedEvent(cue, maker, report));
    } catch (closed) {
      this.#parts.onFault(report, maker);
      this.#parts.onFault(errorReport(closed), maker);
    }
  }
}

function actsOf(device: LiveDevice): readonly CueAct[] {
  return device.phase === "armed" ? (device.driver.cues?.acts ?? []) : [];
}

function notNow({ id, state }: OpenSession): InvalidStateError {
  const hint =
    state === "active" ? "Start a recording first: a cue that nothing records proves nothing." : stateHint(state);
  return new InvalidStateError({ session: id, state, command: "sync_cue", hint });
}
