import type { Clock } from "./time.js";

/** A value, and the hub time at which it was read. */
export interface ReadTogether<Value> {
  /** Hub microseconds, fractions included. */
  readonly atUs: number;
  readonly value: Value;
}

/** Both are read within this, or once more. */
const WITHIN_US = 1_000;
const TRIES = 5;

/**
 * Reads something that belongs to a hub time, such as another clock. A process that loses the processor in between must not
 * take that for a difference of the clocks: it reads again, a few times at most.
 */
export function readTogether<Value>(clock: Pick<Clock, "nowUs">, read: () => Value): ReadTogether<Value> {
  for (let left = TRIES; ; left--) {
    const beginUs = clock.nowUs();
    const value = read();
    const endUs = clock.nowUs();
    if (endUs - beginUs <= WITHIN_US || left === 1) return { atUs: (beginUs + endUs) / 2, value };
  }
}
