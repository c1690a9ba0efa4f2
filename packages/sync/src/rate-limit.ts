/** No clock of a device runs further off than this; a camera's nominal 30 Hz (29.97) does by 1000 ppm. */
const ANY_CLOCK = 2e-3;
/** No quartz does more. */
const QUARTZ = 1e-4;
/** Below a minute a rate beyond a quartz's cannot be told from a change of latency. */
const SPAN_FOR_ANY_S = 60;

/** The largest rate of a device clock against the hub's (s/s) that is believed after observing it for `spanS` seconds. */
export function maxRate(spanS: number): number {
  return spanS < SPAN_FOR_ANY_S ? QUARTZ : ANY_CLOCK;
}

/** The ends of an envelope ride on latencies that differ by about so much, seconds. */
const LATENCY_SPREAD_S = 1e-3;
const MOST_UNCERTAIN = 60e-6;

/**
 * How uncertain an envelope's rate is (s/s) after `spanS` seconds, from the latencies at its ends.
 * @param beatS what the lowest latency may differ by beyond the usual, where samples keep step with a radio
 */
export function rateUncertainty(spanS: number, beatS = 0): number {
  const usual = Math.min(MOST_UNCERTAIN, LATENCY_SPREAD_S / spanS);
  return beatS > 0 ? usual + Math.min(ANY_CLOCK, beatS / spanS) : usual;
}
