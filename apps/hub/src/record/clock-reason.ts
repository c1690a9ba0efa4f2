import type { ClockFault } from "@polychron/sync";

/** Why a device's times cannot be used, in words that go behind a colon. */
export function clockReason(fault: ClockFault): string {
  switch (fault.kind) {
    case "epoch":
      return `its clock tells the time of day (${fault.deviceS.toFixed(0)} s), not the time since it was started`;
    case "unit":
      return `its clock counts ${rateText(fault.rate)} for every second`;
    case "frozen":
      return `its clock stands still at ${fault.atS.toFixed(3)} s`;
    case "jumping":
      return `its clock jumped ${fault.jumps} times within ${fault.overS.toFixed(0)} s`;
    case "stamps":
      return `its samples are stamped ${awayText(fault.aheadS)} the clock that answers the probes`;
  }
}

function rateText(rate: number): string {
  return Number(rate.toPrecision(Math.abs(rate - 1) < 0.1 ? 6 : 3)).toString();
}

function awayText(aheadS: number): string {
  return `${Math.abs(aheadS).toFixed(1)} s ${aheadS > 0 ? "ahead of" : "behind"}`;
}
