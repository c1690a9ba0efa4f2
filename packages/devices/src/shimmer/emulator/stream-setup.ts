import type { ShimmerFacts } from "../facts.js";
import { parseInquiry, type Inquiry } from "../inquiry.js";
import { planStream, type StreamPlan } from "../stream-plan.js";
import { idsOf } from "./command-table.js";
import type { DeviceState } from "./device-state.js";
import { calibrationPayload, hexText, inquiryPayload } from "./memory.js";
import { PacketSource } from "./packet-source.js";
import { rawValues } from "./raw-values.js";
import { BodySignal } from "./signal.js";

/** What a stream under the present settings is made of. */
export interface StreamSetup {
  readonly facts: ShimmerFacts;
  readonly inquiry: Inquiry;
  readonly plan: StreamPlan;
}

/** The firmware stops at 4096 Hz. */
const FASTEST_STEP_TICKS = 8;

/** The stream that the device's settings ask for; undefined when they ask for none it can make. */
export function streamSetup(state: DeviceState): StreamSetup | undefined {
  const { memory, hardware, firmware, mac } = state;
  const ids = idsOf(state);
  const stored = inquiryPayload(memory, hardware, ids);
  if (ids.length === 0 || (stored[0]! | (stored[1]! << 8)) < FASTEST_STEP_TICKS) return undefined;
  const inquiry = parseInquiry(stored, hardware);
  const calibration = calibrationPayload(memory, hardware);
  const facts = { hardware, firmware, mac: hexText(mac), board: GSR_BOARD, calibration };
  return { facts, inquiry, plan: planStream(inquiry, facts) };
}

const GSR_BOARD = { id: 48, revision: 5, special: 0 };

/** The packets of that stream, the first one step after `nowTicks`. */
export function packetSource(
  { facts, inquiry, plan }: StreamSetup,
  state: DeviceState,
  chance: { readonly seed: number; readonly stepLateTicks: number; readonly nowTicks: number },
): PacketSource {
  const signal = new BodySignal(chance.seed);
  const batteryCounts = (): number => state.batteryCounts;
  const layout = {
    channels: plan.wire,
    values: rawValues(plan.wire, { signal, inquiry, facts, batteryCounts }),
    tickBytes: plan.tickBytes,
    stepTicks: plan.stepTicks,
    stepLateTicks: chance.stepLateTicks,
    seed: chance.seed,
  };
  return new PacketSource(layout, chance.nowTicks + plan.stepTicks);
}
