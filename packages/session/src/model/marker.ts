import type { SessionS } from "./time.js";

/** A labelled instant of the experiment: an operator's mark, a stimulus, a sync cue. */
export interface Marker {
  readonly label: string;
  readonly tS: SessionS;
}

/** The longest label a marker or note may have, in characters. */
export const MARKER_LABEL_MAX = 200;
