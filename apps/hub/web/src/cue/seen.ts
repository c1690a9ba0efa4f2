import type { ShownFlash } from "./flash-frames.js";
import type { PageClock } from "./page-clock.js";

/** When something was to be seen or heard, hub microseconds, and how far that may be off. */
export interface SeenAt {
  readonly atUs: number;
  readonly uncertaintyUs: number;
}

/**
 * What a screen adds between the picture that the browser hands over and light: from 2 ms (panels made for games) to 30 ms
 * (slow office monitors): an allowance, not measured here. A television that improves its picture takes longer.
 */
const SCREEN_LAG_MS = { least: 2, most: 30 } as const;

/** When the coded light began: the picture is handed over one period after it was drawn, and runs down the screen in another. */
export function flashSeen({ beginMs, lateMs, mostLateMs, periodMs }: ShownFlash, clock: PageClock): SeenAt {
  const lagMs = (SCREEN_LAG_MS.least + SCREEN_LAG_MS.most) / 2;
  const uncertainMs = periodMs / 2 + (SCREEN_LAG_MS.most - SCREEN_LAG_MS.least) / 2 + (mostLateMs - lateMs);
  return at(beginMs + lateMs + 1.5 * periodMs + lagMs, uncertainMs, clock);
}

/** When the chirp began, by the clock of the sound. */
export function chirpHeard(
  { beginMs, uncertainMs }: { readonly beginMs: number; readonly uncertainMs: number },
  clock: PageClock,
): SeenAt {
  return at(beginMs, uncertainMs, clock);
}

function at(pageMs: number, uncertainMs: number, { offsetUs, boundUs }: PageClock): SeenAt {
  return { atUs: pageMs * 1000 + offsetUs, uncertaintyUs: uncertainMs * 1000 + boundUs };
}
