import type { DeviceCoordination, DeviceStop, OwnStart } from "@polychron/session/format";
import {
  judgeOwn,
  judgeStart,
  judgeStop,
  type OwnFacts,
  type StartVerdict,
  type StopVerdict,
  type StreamEnds,
} from "./start-verdict.js";

/** How one device has taken part so far. */
export interface RollEntry {
  readonly device: string;
  readonly start: StartVerdict;
  readonly own: OwnFacts | null;
  /** It was told to record on itself, and has not answered. */
  readonly owesAnswer: boolean;
  readonly joinedLateUs: number | null;
  readonly rejoined: readonly { readonly lostUs: number | null; readonly backUs: number }[];
  readonly retriedUs: readonly number[];
}

/** What was noted of one device. */
interface Notes {
  isGone: boolean;
  lostUs: number | null;
  joinedLateUs: number | null;
  isRefused: boolean;
  own: OwnFacts | null;
  told: number[];
  stoppedUs: number | null;
  rejoined: { lostUs: number | null; backUs: number }[];
}

/** Who was to take part in a recording, who did from the start, who came late, and who was away in between. */
export class StartRoll {
  readonly #startUs: number;
  readonly #devices = new Map<string, Notes>();

  constructor(startUs: number) {
    this.#startUs = startUs;
  }

  /** A device that is to begin at the start. */
  expect(device: string, isHere: boolean): void {
    this.#devices.set(device, { ...blank(), isGone: !isHere });
  }

  /** A device is here: a new one, or one that was away. */
  here(device: string, atUs: number): void {
    const notes = this.#devices.get(device);
    if (notes === undefined)
      this.#devices.set(device, { ...blank(), joinedLateUs: atUs > this.#startUs ? atUs : null });
    else if (notes.isGone) this.#back(notes, atUs);
  }

  lost(device: string, atUs: number): void {
    const notes = this.#devices.get(device);
    if (notes === undefined || notes.isGone) return;
    notes.isGone = true;
    notes.lostUs = atUs;
  }

  /** Its numbering and its clock began anew, without a word that it was away. */
  renewed(device: string, atUs: number): void {
    const notes = this.#devices.get(device);
    if (notes !== undefined && !notes.isGone && atUs > this.#startUs)
      notes.rejoined.push({ lostUs: null, backUs: atUs });
  }

  /** Its files could not be opened. */
  refused(device: string): void {
    const notes = this.#devices.get(device);
    if (notes !== undefined) notes.isRefused = true;
  }

  /** It was told to record on itself. */
  told(device: string, atUs: number): void {
    this.#of(device).told.push(atUs);
  }

  /** What it says of its own start. Its first start counts: a later one began when it was back, not when it was told to. */
  own(device: string, own: OwnFacts): void {
    const notes = this.#of(device);
    if (notes.own === null || notes.own.code !== null) notes.own = own;
  }

  /** Its own files are closed. */
  stopped(device: string, atUs: number): void {
    this.#of(device).stoppedUs ??= atUs;
  }

  /** How everybody has kept to the start, as far as is known. */
  entries(ends: readonly StreamEnds[], nowUs: number): RollEntry[] {
    return [...this.#devices].map(([device, notes]) => ({
      device,
      start: this.#judge(notes, endsOf(ends, device), nowUs),
      own: notes.own,
      owesAnswer: notes.told.length > 0 && notes.own === null,
      joinedLateUs: notes.joinedLateUs,
      rejoined: [...notes.rejoined],
      retriedUs: notes.told.slice(1),
    }));
  }

  /** How a device has kept to the stop. */
  stopOf(device: string, ends: readonly StreamEnds[]): StopVerdict {
    const { isGone, told, stoppedUs } = this.#of(device);
    return judgeStop({ streams: endsOf(ends, device), isGone, wasTold: told.length > 0, answeredUs: stoppedUs });
  }

  #judge(notes: Notes, streams: readonly StreamEnds[], nowUs: number): StartVerdict {
    const { isGone, isRefused, own, joinedLateUs, rejoined } = notes;
    const startUs = this.#startUs;
    const awaitedFromUs = Math.max(startUs, joinedLateUs ?? startUs, rejoined.at(-1)?.backUs ?? startUs);
    return judgeStart({ startUs, nowUs, awaitedFromUs, streams, isGone, isRefused, own });
  }

  /** Who was away before the start and comes back behind it joins late; who was away in mid-recording joins again. */
  #back(notes: Notes, atUs: number): void {
    notes.isGone = false;
    if (atUs <= this.#startUs) return;
    if (notes.lostUs === null || notes.lostUs < this.#startUs) notes.joinedLateUs ??= atUs;
    else notes.rejoined.push({ lostUs: notes.lostUs, backUs: atUs });
  }

  #of(device: string): Notes {
    const notes = this.#devices.get(device) ?? blank();
    this.#devices.set(device, notes);
    return notes;
  }
}

/** Of a device that comes and goes all day the newest of each kind are listed: every line of the log repeats them. */
const LISTED_MAX = 100;

/** Hub time as session seconds. */
export type ToSessionS = (atUs: number) => number;

/** An entry as the metadata keep it. Who is still awaited has brought nothing so far. */
export function coordinationOf(entry: RollEntry, stop: StopVerdict | null, tS: ToSessionS): DeviceCoordination {
  const { device, start, joinedLateUs, rejoined, retriedUs } = entry;
  const isAwaited = start.status === "waiting";
  return {
    device,
    start: {
      status: start.status === "waiting" ? "never" : start.status,
      ...{ skew_s: start.skewS, first_t_s: orNull(start.firstUs, tS) },
      reason: isAwaited ? "no_sample" : start.reason,
      silent: [...start.silent],
      own: ownOf(entry.own, tS),
    },
    stop: stopOf(stop, tS),
    joined_late_t_s: orNull(joinedLateUs, tS),
    rejoined: rejoined
      .slice(-LISTED_MAX)
      .map(({ lostUs, backUs }) => ({ lost_t_s: orNull(lostUs, tS), back_t_s: tS(backUs) })),
    retried_t_s: retriedUs.slice(-LISTED_MAX).map(tS),
  };
}

function ownOf(own: OwnFacts | null, tS: ToSessionS): OwnStart | null {
  if (own === null) return null;
  const times = { first_t_s: orNull(own.firstUs, tS), answered_t_s: orNull(own.answeredUs, tS) };
  return { status: judgeOwn(own) ?? "never", skew_s: own.skewS, code: own.code, ...times };
}

function stopOf(stop: StopVerdict | null, tS: ToSessionS): DeviceStop | null {
  if (stop === null) return null;
  const { status, skewS, reason, lastUs, answeredUs } = stop;
  return { status, skew_s: skewS, reason, last_t_s: orNull(lastUs, tS), answered_t_s: orNull(answeredUs, tS) };
}

function orNull(us: number | null, tS: ToSessionS): number | null {
  return us === null ? null : tS(us);
}

function endsOf(ends: readonly StreamEnds[], device: string): StreamEnds[] {
  return ends.filter((stream) => stream.device === device);
}

function blank(): Notes {
  return {
    ...{ isGone: false, lostUs: null, joinedLateUs: null, isRefused: false },
    ...{ own: null, told: [], stoppedUs: null, rejoined: [] },
  };
}
