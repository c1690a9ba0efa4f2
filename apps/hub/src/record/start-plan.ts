import type { SchedulePlan } from "@polychron/session/format";

/** How long a device needs from an order until it has obeyed, as measured; 0 for one that is told nothing. */
export interface DeviceNeed {
  readonly device: string;
  readonly needsMs: number;
}

/** A device that needs longer is not waited for: it begins late, and that is said. */
const MAX_NEED_MS = 3_000;

/** How far ahead an instant is scheduled: as far as is set, and farther where the slowest device needs it. */
export function planLead(leastMs: number, needs: readonly DeviceNeed[]): SchedulePlan {
  const slowest = needs.reduce((most, need) => (need.needsMs > most.needsMs ? need : most), NOBODY);
  const neededMs = Math.min(Math.ceil(slowest.needsMs), MAX_NEED_MS);
  return {
    lead_ms: Math.max(leastMs, neededMs),
    because: neededMs > leastMs ? "device" : "setting",
    slowest: slowest === NOBODY ? null : { device: slowest.device, needs_ms: Math.round(slowest.needsMs * 10) / 10 },
  };
}

/** How far ahead a stop is scheduled unless a device needs more: an operator waits for it. */
const STOP_LEAD_MAX_MS = 500;

/** How far ahead a stop is scheduled; one before the start, and that of a hub that is about to end, take place at once. */
export function planStop(
  { isAtOnce, leastMs }: { readonly isAtOnce: boolean; readonly leastMs: number },
  needs: readonly DeviceNeed[],
): SchedulePlan {
  return isAtOnce ? planLead(0, []) : planLead(Math.min(leastMs, STOP_LEAD_MAX_MS), needs);
}

const NOBODY: DeviceNeed = { device: "", needsMs: 0 };
