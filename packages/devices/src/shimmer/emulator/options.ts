import type { OrderedFault } from "../../ordered-fault.js";
import type { MonotonicClock, Timers } from "../../timing.js";
import { EMULATED_MAC, type Firmware } from "../facts.js";
import { SHIMMER3, SHIMMER3R } from "../opcodes.js";
import { noise32 } from "./noise.js";
import type { TruthListener } from "./truth.js";

/** What an emulated Shimmer is. */
export interface ShimmerEmulatorOptions {
  /** The hub's monotonic clock; the device's own runs against it with `driftPpm`. */
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  /** Decides the person's signals and everything else that is left to chance. */
  readonly seed: number;
  /** `shimmer3` when absent. */
  readonly model?: "shimmer3" | "shimmer3r";
  /** Last four hex digits of the address; from the seed when absent. */
  readonly macSuffix?: string;
  /** LogAndStream 1.1.2 (Shimmer3) or 1.1.9 (3R) when absent. */
  readonly firmware?: Firmware;
  /** > 0 runs fast; 0 when absent. */
  readonly driftPpm?: number;
  /** What the counter reads at the beginning; from the seed when absent. */
  readonly offsetTicks?: number;
  /** How much longer each step is than its setting, in the mean; real Shimmer3s are some ticks late. 0 when absent. */
  readonly stepLateTicks?: number;
  /** Timed from the first start of the stream; junk without a time comes when a host connects. */
  readonly faults?: readonly OrderedFault[];
  readonly onTruth?: TruthListener;
}

/** What a device is for good. */
export interface DeviceKind {
  /** 3 = Shimmer3, 10 = Shimmer3R. */
  readonly hardware: number;
  readonly firmware: Firmware;
  /** Six bytes. */
  readonly mac: Uint8Array;
}

/** The device that the options ask for. */
export function deviceKind({ model, firmware, seed, macSuffix }: ShimmerEmulatorOptions): DeviceKind {
  const is3R = model === "shimmer3r";
  const suffix = Number.parseInt(macSuffix ?? "", 16);
  const last = Number.isNaN(suffix) ? noise32(seed, 5) : suffix;
  return {
    hardware: is3R ? SHIMMER3R : SHIMMER3,
    firmware: firmware ?? { id: 3, major: 1, minor: 1, internal: is3R ? 9 : 2 },
    mac: Uint8Array.of(...EMULATED_MAC, (last >> 8) & 0xff, last & 0xff),
  };
}

/** What the crystal does: from the options, else from the seed. */
export function crystal({ seed, driftPpm = 0, offsetTicks }: ShimmerEmulatorOptions): {
  driftPpm: number;
  offsetTicks: number;
} {
  return { driftPpm, offsetTicks: offsetTicks ?? noise32(seed, 7) % 2 ** 23 };
}
