import type { ClockView } from "@polychron/protocol";
import type { Catalogue } from "../catalogue/choose.js";
import { countText, spanText } from "../format.js";

/** A device's clock for people. */
export interface ClockLine {
  /** All that matters, in a few words. */
  readonly text: string;
  /** The operator should do something. */
  readonly isPressing: boolean;
  /** The rest, one fact each. */
  readonly facts: readonly ClockFactLine[];
}

/** One fact about a clock. */
export interface ClockFactLine {
  readonly key: string;
  readonly text: string;
  readonly isPressing: boolean;
}

/** Bursts come every 2.5 s: who has not answered for so long does not answer. */
const SILENT_S = 15;
/** Below this a bound has two decimals, else one. */
const FINE_BELOW_MS = 1;

/** How well a device's clock is known; null where there is nothing to say. */
export function clockLine(view: ClockView | null, texts: Catalogue): ClockLine | null {
  if (view === null) return null;
  const { clock } = texts;
  if (view.method === "hub") return { text: clock.hub, isPressing: false, facts: [fact("hint", clock.hubHint)] };
  if (view.method === "one_way" || view.method === "joint") return arrivalLine(view, texts);
  return { ...headline(view, texts), facts: facts(view, texts) };
}

function arrivalLine(view: ClockView, { clock }: Catalogue): ClockLine {
  const { bound99_ms: boundMs, relative_ms: relativeMs, drift_ppm: ppm, offset_s: offsetS } = view;
  const words = [
    boundMs === null ? clock.arrivals : clock.within(boundText(boundMs)),
    relativeMs === null || boundMs !== null ? "" : clock.steady(boundText(relativeMs)),
    ppm === null ? "" : clock.drifts(driftText(ppm)),
  ];
  const known = [
    offsetS === null ? null : fact("offset", clock.offset(signed(offsetS, 3))),
    boundMs === null ? fact("hint", clock.arrivalsHint) : fact("hint", clock.readHint),
    relativeMs === null || boundMs === null ? null : fact("steady", clock.amongThemselves(boundText(relativeMs))),
    view.bursts === 0 ? null : fact("bursts", clock.bursts(view.bursts, countText(view.bursts))),
    view.epochs < 2 ? null : fact("epochs", clock.epochs(view.epochs)),
  ];
  // However wide the bound is, nobody can do anything about it.
  const text = words.filter(Boolean).join(", ");
  return { text, isPressing: false, facts: known.filter((line) => line !== null) };
}

function headline({ bound99_ms: boundMs, drift_ppm: ppm, quality, ...view }: ClockView, { clock }: Catalogue) {
  const isSilent = view.probe_age_s === null ? view.lost > 0 : view.probe_age_s > SILENT_S;
  if (boundMs === null && quality === "poor") return { text: clock.unusable, isPressing: true };
  if (boundMs === null) return { text: isSilent ? clock.noAnswer : clock.unknown, isPressing: isSilent };
  const words = [
    clock.within(boundText(boundMs)),
    ppm === null ? "" : clock.drifts(driftText(ppm)),
    quality === "poor" ? clock.poor : "",
  ];
  const isPressing = quality === "poor" || view.outside > 0 || isSilent;
  return { text: words.filter(Boolean).join(", "), isPressing };
}

function facts(view: ClockView, { clock }: Catalogue): ClockFactLine[] {
  const { offset_s: offsetS, hard_ms: hardMs, round_trip_ms: roundTripMs, probe_age_s: ageS } = view;
  const known = [
    offsetS === null ? null : fact("offset", clock.offset(signed(offsetS, 3))),
    hardMs === null ? null : fact("hard", clock.hard(boundText(hardMs))),
    roundTripMs === null ? null : fact("round-trip", clock.roundTrip(roundTripMs.toFixed(1))),
    ageS === null ? null : fact("age", clock.answered(spanText(ageS)), ageS > SILENT_S),
    fact("bursts", clock.bursts(view.bursts, countText(view.bursts))),
    view.lost === 0 ? null : fact("lost", clock.lost(view.lost, countText(view.lost))),
    view.steps === 0 ? null : fact("steps", clock.steps(view.steps), true),
    view.epochs < 2 ? null : fact("epochs", clock.epochs(view.epochs)),
    view.outside === 0 ? null : fact("outside", clock.outside(view.outside), true),
    view.glitches === 0 ? null : fact("glitches", clock.glitches(view.glitches, countText(view.glitches))),
  ];
  return known.filter((line) => line !== null);
}

function fact(key: string, text: string, isPressing = false): ClockFactLine {
  return { key, text, isPressing };
}

/** A bound is never shown smaller than it is. */
function boundText(ms: number): string {
  const decimals = ms < FINE_BELOW_MS ? 2 : 1;
  return (Math.ceil(ms * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
}

function driftText(ppm: number): string {
  return signed(ppm, Math.abs(ppm) < 10 ? 1 : 0);
}

function signed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "−");
}
