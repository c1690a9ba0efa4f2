import { CUE_ACTS, type CueAct, type SessionEvent } from "@polychron/session/model";

/** One act of a cue as the log has it. */
export interface LoggedAct {
  /** The number of the event that ordered the cue. */
  readonly cue: string;
  readonly kind: CueAct;
  /** `page`, or a device id. */
  readonly maker: string;
  /** Session seconds at which it was done. */
  readonly atS: number;
  /** How far it may lie from that; null where nobody knows. */
  readonly boundS: number | null;
}

/** The act that an event says was done; undefined for any other event. */
export function loggedAct(event: SessionEvent): LoggedAct | undefined {
  const { phase, cue, act, maker, uncertainty_s: boundS } = event;
  const kind = CUE_ACTS.find((known) => known === act);
  if (event.event !== "sync_cue" || phase !== "done" || kind === undefined) return undefined;
  if (typeof cue !== "number" || typeof maker !== "string") return undefined;
  return { cue: String(cue), kind, maker, atS: event.t_s, boundS: typeof boundS === "number" ? boundS : null };
}
