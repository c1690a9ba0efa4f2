import type { ClockQuality, DeviceQuality, QualityFinding } from "@polychron/session/format";
import { boundText, countText, jumpText, lengthText, momentText, percentText, ppmText } from "./words.js";

/** Up to this a bound is good, and up to the next fair, seconds. */
export const BOUND_LIMITS_S = { good: 1e-3, fair: 5e-3 } as const;
/** A bound as a word. */
export function boundLevel(boundS: number): "good" | "fair" | "poor" {
  if (boundS <= BOUND_LIMITS_S.good) return "good";
  return boundS <= BOUND_LIMITS_S.fair ? "fair" : "poor";
}

/** Without an answer for longer, a clock is estimated by its drift alone, seconds. */
const SILENT_S = 10;
/** A crystal that is further off is not as it should be. */
const DRIFT_PPM = 100;
/** With fewer bursts than this an estimate has not settled. */
const FEW_BURSTS = 5;

type Judged = Pick<DeviceQuality, "device" | "clock" | "absences">;
type Told = Pick<QualityFinding, "severity" | "text">;

/** What must be said of a device's times: what its clock did, then what came of it. */
export function syncFindings({ device, clock, absences }: Judged): QualityFinding[] {
  const told = [
    ...epochFindings({ clock, absences }),
    ...boundFindings(clock),
    ...outsideFindings(clock),
    ...driftFindings(clock),
  ];
  return told.map((finding) => ({ device, area: "synchronization", ...finding }));
}

const UNBOUND_STAMPS: Told = {
  severity: "bad",
  text: "Its times have no bound: nothing is known of how far its stamps may be off.",
};

function boundFindings(clock: ClockQuality): Told[] {
  if (clock.method === "hub") return clock.bound99_s === null ? [UNBOUND_STAMPS] : [];
  if (clock.method === "none") {
    const text = "Its times have no bound: nothing is known of its clock but when its samples arrived.";
    return [{ severity: "bad", text }];
  }
  if (clock.method === "one_way") return [oneWayFinding(clock)];
  if (clock.method === "joint") return jointFindings(clock);
  const { bound99_s: boundS } = clock;
  if (boundS === null) return [{ severity: "bad", text: "Its clock never answered: its times have no bound." }];
  if (boundS <= BOUND_LIMITS_S.good) return [];
  const severity = boundS <= BOUND_LIMITS_S.fair ? "warning" : "bad";
  return [{ severity, text: `Its times are known to within ${boundText(boundS)} only (99\u00a0%)${because(clock)}.` }];
}

function oneWayFinding({ bound99_s: boundS }: ClockQuality): Told {
  const latency = "Its clock cannot be asked, so the constant latency of its link is unknown";
  if (boundS === null) return { severity: "bad", text: `${latency}, and its times have no bound.` };
  const severity = boundS <= BOUND_LIMITS_S.fair ? "warning" : "bad";
  return { severity, text: `${latency}; among themselves its times hold to within ${boundText(boundS)}.` };
}

/** Half of what the interval of a radio for sensors usually is, seconds: no fault of the device. */
const RADIO_S = 15e-3;

function jointFindings({ bound99_s: boundS }: ClockQuality): Told[] {
  if (boundS === null)
    return [{ severity: "bad", text: "One run of its clock was too short to be read: its times have no bound." }];
  if (boundS <= BOUND_LIMITS_S.good) return [];
  const reason = "question, answer and samples all wait for the radio";
  const text = `Its times are known to within ${boundText(boundS)} only (99\u00a0%): ${reason}.`;
  return [{ severity: boundS <= RADIO_S ? "warning" : "bad", text }];
}

/** Why a bound is as wide as it is: the longest silence, the shortest round trip, a jump, too few answers. */
function because(clock: ClockQuality): string {
  const reasons: string[] = [];
  const silentS = clock.longest_silence_s ?? 0;
  const shortestS = clock.round_trips?.min_s ?? 0;
  if (silentS > SILENT_S) reasons.push(`it did not answer for ${lengthText(silentS)} at worst`);
  if (clock.epochs.length > 1) reasons.push("its clock did not run through");
  if (shortestS / 4 > BOUND_LIMITS_S.good) reasons.push(`its quickest answer took ${lengthText(shortestS)}`);
  if (clock.bursts < FEW_BURSTS) reasons.push(`it was asked ${countText(clock.bursts, "time")} only`);
  return reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
}

function outsideFindings({ outside, bursts }: ClockQuality): Told[] {
  if (outside === 0) return [];
  const share = percentText(outside / Math.max(1, bursts));
  const text = `The live bound did not hold in ${countText(outside, "burst")} of ${countText(bursts)} (${share}).`;
  return [{ severity: "bad", text }];
}

const MANY_EPOCHS = 5;
/** What goes wrong so soon around a break of the clock does so because of it, seconds. */
const CAUSED_WITHIN_S = 15;
/** An absence without samples is bad from here on, seconds. */
export const BAD_WITHOUT_S = 2;

function epochFindings(judged: Omit<Judged, "device">): Told[] {
  const later = judged.clock.epochs.slice(1);
  if (later.length <= MANY_EPOCHS)
    return later.map((epoch) => ({ severity: isCause(epoch, judged) ? "bad" : "warning", text: epochText(epoch) }));
  const [first, last] = [later[0]!, later.at(-1)!];
  const span = `between ${momentText(first.from_t_s)} and ${momentText(last.from_t_s)}`;
  return [{ severity: "bad", text: `Its clock did not run through: ${later.length} breaks ${span}.` }];
}

/** Whether something bad came of this break: the live bound did not hold, or the device was restarted and has no samples of that time. */
function isCause(
  { cause, from_t_s: fromS }: ClockQuality["epochs"][number],
  { clock, absences }: Omit<Judged, "device">,
): boolean {
  const isNear = (atS: number): boolean => Math.abs(atS - fromS) <= CAUSED_WITHIN_S;
  if (clock.outside_t_s.some(isNear)) return true;
  const lacking = absences.filter(({ without_samples_s: withoutS }) => (withoutS ?? 0) > BAD_WITHOUT_S);
  return cause === "clock" && lacking.some(({ from_t_s: awayS, to_t_s: backS }) => fromS >= awayS && isNear(backS));
}

function epochText({ cause, from_t_s: fromS, jump_s: jumpS }: ClockQuality["epochs"][number]): string {
  const at = momentText(fromS);
  if (cause === "clock" || jumpS === null)
    return `Its clock began anew at ${at} (a restart, a reload, or a pause of the device).`;
  return cause === "step"
    ? `Its clock jumped by ${jumpText(jumpS)} at ${at}, which is certain.`
    : `Its clock seems to have jumped by ${jumpText(jumpS)} near ${at}.`;
}

function driftFindings({ drift_ppm: ppm }: ClockQuality): Told[] {
  if (ppm === null || Math.abs(ppm) <= DRIFT_PPM) return [];
  return [{ severity: "note", text: `Its clock drifts by ${ppmText(ppm)}, more than a sound crystal does.` }];
}
