/** No clock of a PC runs away from another faster than this, so the estimate may sink by it and no more. */
const DRIFT_PPM = 200;

/** What is needed to say the hub's time on the page: add `offsetUs` to the page's own monotonic microseconds. */
export interface HubTime {
  readonly offsetUs: number;
  /** Page microseconds at which the estimate was made. */
  readonly atUs: number;
}

/**
 * Learns from a snapshot that says `hubUs` and arrived at `pageUs`. Travel only ever makes the hub look late, so the
 * largest offset is the truest; it may sink with the drift of two clocks.
 */
export function learnHubTime(known: HubTime | null, hubUs: number, pageUs: number): HubTime {
  const offsetUs = hubUs - pageUs;
  if (known === null) return { offsetUs, atUs: pageUs };
  const sunkUs = known.offsetUs - ((pageUs - known.atUs) * DRIFT_PPM) / 1e6;
  return { offsetUs: Math.max(offsetUs, sunkUs), atUs: pageUs };
}

/** Hub microseconds at a moment of the page's clock (`performance.now()`, milliseconds). */
export function hubNowUs(time: HubTime, pageMs: number): number {
  return pageMs * 1000 + time.offsetUs;
}
