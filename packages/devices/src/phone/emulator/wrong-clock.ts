/** Ways in which a phone's times can be on a wrong clock. */
export type WrongClockKind = "epoch" | "milliseconds" | "frozen" | "jumping";

/** 2025-07-31 12:00 UTC, seconds since 1970. */
const EPOCH_S = 1_753_963_200;
/** A jumping clock leaps so often, by up to so much, seconds. */
const LEAP_EVERY_S = 0.7;
const LEAP_S = 0.4;

/** What a phone says instead of its real device time, once its clock is wrong. */
export class WrongClock {
  readonly #kind: WrongClockKind;
  readonly #sinceS: number;

  /** @param sinceS device time from which on it is wrong */
  constructor(kind: WrongClockKind, sinceS: number) {
    this.#kind = kind;
    this.#sinceS = sinceS;
  }

  /** Real device seconds to what is said; `leapAtS` is the time whose leap counts: times of one block leap together. */
  said(deviceS: number, leapAtS: number): number {
    switch (this.#kind) {
      case "epoch":
        return EPOCH_S + deviceS - this.#sinceS;
      case "milliseconds":
        return deviceS * 1000;
      case "frozen":
        return this.#sinceS;
      case "jumping":
        return deviceS + LEAP_S * Math.sin(1 + Math.floor(leapAtS / LEAP_EVERY_S) ** 2);
    }
  }
}
