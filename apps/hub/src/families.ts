import { discoverShimmers, SerialTransport, ShimmerDriver, type Candidate } from "@polychron/devices";
import type { Clock, Timers } from "@polychron/session/model";
import type { Lab } from "./lab/lab.js";
import type { Family } from "./record/device-registry.js";
import type { HubConfig } from "./settings.js";

/** The device families of this hub, real and simulated alike behind the same drivers. */
export function deviceFamilies(
  config: HubConfig,
  lab: Lab | undefined,
  world: { clock: Clock; timers: Timers },
): Family[] {
  return [shimmerFamily(config, lab, world)];
}

function shimmerFamily(
  config: HubConfig,
  lab: Lab | undefined,
  { clock, timers }: { clock: Clock; timers: Timers },
): Family {
  return {
    family: "shimmer",
    discover: async () => [...(await discoverShimmers(config.serialPorts)), ...(lab?.candidates ?? [])],
    create: (candidate: Candidate, settings, sink) => {
      const { address, simulated } = candidate;
      const transport = lab?.transport(address) ?? new SerialTransport({ address, clock, timers });
      return new ShimmerDriver({ transport, address, sink, clock, timers, simulated, settings });
    },
  };
}
