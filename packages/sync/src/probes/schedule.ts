/** Probes of one burst are at most so far apart; what comes later begins the next. */
export const BURST_GAP_S = 0.1;

/** So long after its last question a burst is complete, whatever is still missing. */
export const ANSWER_WITHIN_S = 1;
