import type { DeviceCoordination, SchedulePlan } from "@polychron/session/format";
import type { DeviceNeed } from "./start-plan.js";
import type { LiveDevice } from "./live-device.js";

/** Round trips of so many seconds are looked at: how the link is now. */
const RECENT_S = 60;
/** The order goes one way, and may have to be sent again. */
const ROUND_TRIPS = 2;

/**
 * How long each device needs from an order until it can have obeyed, by what was measured: round trips of its link, and how
 * late it began before. A device that merely streams is told nothing. A camera hands over clusters: none that was under way at
 * the order, and shows what was before it, is to be in the recording.
 */
export class StartNeeds {
  readonly #learnt = new Map<string, number>();

  /** What the answers to a start tell: who was told ahead of it and began late needs more. */
  learn(coordination: readonly DeviceCoordination[], plan: SchedulePlan): void {
    for (const { device, start, retried_t_s: retried, joined_late_t_s: joinedLate } of coordination) {
      const lateS = retried.length === 0 && joinedLate === null ? (start.own?.skew_s ?? 0) : 0;
      if (lateS > 0) this.#learnt.set(device, Math.max(plan.lead_ms + lateS * 1000, this.#learnt.get(device) ?? 0));
    }
  }

  toStart(devices: readonly LiveDevice[]): DeviceNeed[] {
    return devices.map((device) => {
      return { device: device.id, needsMs: Math.max(this.#orderMs(device), clusterMs(device)) };
    });
  }

  toStop(devices: readonly LiveDevice[]): DeviceNeed[] {
    return devices.map((device) => ({ device: device.id, needsMs: this.#orderMs(device) }));
  }

  #orderMs({ id, driver, clock }: LiveDevice): number {
    if (driver.recorder === undefined) return 0;
    return Math.max(ROUND_TRIPS * worstRoundTripMs(clock.probes.recent()), this.#learnt.get(id) ?? 0);
  }
}

function worstRoundTripMs(probes: readonly { readonly t1S: number; readonly t4S: number | null }[]): number {
  const fromS = (probes.at(-1)?.t1S ?? 0) - RECENT_S;
  let worstS = 0;
  for (const { t1S, t4S } of probes) if (t4S !== null && t1S >= fromS) worstS = Math.max(worstS, t4S - t1S);
  return worstS * 1000;
}

/** The longest of the newest clusters of a device that makes video; 0 for any other. */
function clusterMs({ driver, fragments, streams }: LiveDevice): number {
  const rateHz = streams.find(({ info }) => info.fileType === driver.media?.fileType)?.info.nominalRateHz ?? 0;
  if (rateHz === 0) return 0;
  return Math.max(0, ...fragments.all().map(({ frames }) => (frames.count / rateHz) * 1000));
}
