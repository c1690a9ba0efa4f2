import type { CueAct, CueTurn, ErrorReport, JsonObject, NewEvent } from "@polychron/session/model";

/** A cue that was ordered. */
export interface OrderedCue {
  readonly atUs: number;
  readonly by: string;
  readonly turns: readonly CueTurn[];
}

/** One act, as it was done; hub microseconds. */
export interface DoneAct {
  /** The number of the event that ordered it. */
  readonly cue: number;
  readonly maker: string;
  readonly act: CueAct;
  readonly atUs: number;
  /** How far light, sound or knock may lie from `atUs`, seconds; null where nobody knows. */
  readonly uncertaintyS: number | null;
  /** The page's sender, or the device's own time. */
  readonly more: JsonObject;
}

/** The order, for the log: the number of this event names the cue. */
export function orderedEvent({ atUs, by, turns }: OrderedCue): NewEvent {
  const plan = turns.map(({ maker, acts, afterS }) => ({ maker, acts, after_s: afterS }));
  return { event: "sync_cue", atUs, details: { phase: "ordered", by, plan } };
}

/** An act that was done, at the moment at which it was done. */
export function doneEvent({ cue, maker, act, atUs, uncertaintyS, more }: DoneAct): NewEvent {
  const details = { phase: "done", cue, maker, act, uncertainty_s: uncertaintyS, ...more };
  return { event: "sync_cue", atUs, details };
}

/** A maker that did not do its part. */
export function failedEvent(cue: number, maker: string, { code, message }: ErrorReport): NewEvent {
  return { event: "sync_cue", details: { phase: "failed", cue, maker, code, message } };
}
