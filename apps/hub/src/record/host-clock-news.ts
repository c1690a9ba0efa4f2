import type { NewEvent } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import type { HostChange } from "./host-clock.js";

/** A change of the computer's clocks for whoever looks. */
export function hostClockError(change: HostChange): ServiceError {
  switch (change.kind) {
    case "set":
      return new ServiceError("HOST_CLOCK_SET", { stepS: seconds(change.stepS) });
    case "slept":
      return new ServiceError("HOST_SLEPT", { sleptS: seconds(change.sleptS) });
    case "held_up":
      return new ServiceError("HOST_HELD_UP", { heldUpS: seconds(change.heldUpS) });
  }
}

/** The same for the log of an open session; a step of the time of day comes into its metadata by it. */
export function hostClockEvent(change: HostChange): NewEvent {
  if (change.kind === "held_up") {
    const { code, message, remedy } = hostClockError(change);
    return { event: "warning", details: { code, message, remedy } };
  }
  const step_s = seconds(change.stepS);
  const details = change.kind === "set" ? { cause: "time_set" } : { cause: "slept", slept_s: seconds(change.sleptS) };
  return { event: "clock_step", details: { ...details, certain: true, step_s } };
}

function seconds(value: number): number {
  return Number(value.toFixed(3));
}
