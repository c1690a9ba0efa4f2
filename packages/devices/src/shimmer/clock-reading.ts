import { DeviceError } from "../errors.js";
import type { ShimmerCommand } from "./command-channel.js";
import { hasFeature, type ShimmerFacts } from "./facts.js";
import { OP, SHIMMER3R, STATUS_BITS, TICK_HZ } from "./opcodes.js";

const CLOCK_BYTES = 8;
/** The counter of packets has 24 bits. */
const COUNTER_TICKS = 2 ** 24;
/** A reading is that much apart from the newest packet at most; farther, it is of another counter. */
const NEAR_TICKS = 2 * TICK_HZ;

/** Real-world clock: `90`, u64 LE ticks. The answer has no stream prefix; firmware sends it in one piece, also between packets. */
export function readClockCommand(onWrite: () => void): ShimmerCommand {
  return {
    bytes: Uint8Array.of(OP.getClock),
    reply: { opcode: OP.clockAnswer, inStream: false, payloadBytes: () => CLOCK_BYTES },
    onWrite,
  };
}

/**
 * Whether the clock that `91` reads is the counter of the packets. On a Shimmer3R it is. A Shimmer3 adds to its counter
 * what was set (LogAndStream `RTC_getRwcTime`: `rwcTimeDiff64` + counter), which nobody can read back: only a clock that
 * was never set since the device was switched on can be used, and its status says so. 16-bit counters wrap too soon.
 */
export function readsCounter(facts: ShimmerFacts, status: number | undefined): boolean {
  if (!hasFeature(facts, "tick24")) return false;
  if (facts.hardware === SHIMMER3R) return true;
  return status !== undefined && (status & STATUS_BITS.clock_set) === 0;
}

/**
 * Ticks of a reading on the line of the unwrapped packet counter.
 * @param payload of the answer `90`
 * @param newestTicks unwrapped ticks of the newest packet
 * @returns undefined when the reading is not near that packet: it is of another counter, or damaged
 */
export function readingTicks(payload: Uint8Array, newestTicks: number): number | undefined {
  const raw = payload[0]! | (payload[1]! << 8) | (payload[2]! << 16);
  const ahead = (raw - newestTicks) & (COUNTER_TICKS - 1);
  const signed = ahead >= COUNTER_TICKS / 2 ? ahead - COUNTER_TICKS : ahead;
  return Math.abs(signed) <= NEAR_TICKS ? newestTicks + signed : undefined;
}

/** Whether a command ended without the device's answer, the pipe being whole. */
export function isUnanswered(thrown: unknown): boolean {
  return thrown instanceof DeviceError && /^SHIMMER_(NO_ACK|NO_ANSWER|NACK)$/.test(thrown.code);
}
