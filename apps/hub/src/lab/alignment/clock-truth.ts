import type { TruePhoneClock } from "@polychron/devices";

/** Beyond its first and last reading a clock is taken to go on as it went for so long: it is read every second. */
const BEYOND_US = 2e6;

/** An instant at which a clock leapt under the name it had, and by how much. */
export interface TrueLeap {
  readonly atUs: number;
  readonly byS: number;
}

/** What an emulated phone's clock really read, at every time of the hub's clock. */
export class ClockTruth {
  readonly #lines: ClockLine[] = [];

  /** Readings come in the order in which they were made. */
  add(reading: TruePhoneClock): void {
    const last = this.#lines.at(-1);
    if (last?.takes(reading) === true) last.add(reading);
    else this.#lines.push(new ClockLine(reading));
  }

  /** Device clock minus hub clock, seconds; undefined while the phone was off. */
  thetaS(hubUs: number): number | undefined {
    const running = this.#lines.filter((line) => line.awayUs(hubUs) <= BEYOND_US);
    const line = running.sort((one, other) => one.awayUs(hubUs) - other.awayUs(hubUs)).at(0);
    return line && line.deviceS(hubUs) - hubUs / 1e6;
  }

  /** When the clock read a time, hub microseconds; of several such times the nearest to `nearUs`, undefined where it never did. */
  hubUs(deviceS: number, nearUs: number): number | undefined {
    let best: number | undefined;
    for (const line of this.#lines) {
      const atUs = line.hubUs(deviceS);
      const isPossible = line.awayUs(atUs) <= BEYOND_US;
      if (isPossible && (best === undefined || Math.abs(atUs - nearUs) < Math.abs(best - nearUs))) best = atUs;
    }
    return best;
  }

  /** Where it leapt; starts of the phone are none, for there its clock has another name. */
  get leaps(): readonly TrueLeap[] {
    return this.#lines.slice(1).flatMap((line, index) => {
      const before = this.#lines[index]!;
      if (before.boot !== line.boot) return [];
      return [{ atUs: line.fromUs, byS: line.deviceS(line.fromUs) - before.deviceS(line.fromUs) }];
    });
  }

  /** Mean gain of the clock over its longest line, parts per million; null for a clock that was read once. */
  get driftPpm(): number | null {
    const spans = this.#lines.map((line) => line.gain());
    const longest = spans.reduce((best, span) => (span.forUs > best.forUs ? span : best), { forUs: 0, byS: 0 });
    return longest.forUs === 0 ? null : (1e12 * longest.byS) / longest.forUs;
  }
}

/** One run of the clock without a leap: straight from reading to reading. */
class ClockLine {
  readonly boot: number;
  readonly #leaps: number;
  readonly #hubUs: number[] = [];
  readonly #deviceS: number[] = [];

  constructor(first: TruePhoneClock) {
    this.boot = first.boot;
    this.#leaps = first.leaps;
    this.add(first);
  }

  get fromUs(): number {
    return this.#hubUs[0]!;
  }

  takes({ boot, leaps }: TruePhoneClock): boolean {
    return boot === this.boot && leaps === this.#leaps;
  }

  add({ hubUs, deviceTimeS }: TruePhoneClock): void {
    this.#hubUs.push(hubUs);
    this.#deviceS.push(deviceTimeS);
  }

  /** How far a hub time lies outside the readings; 0 inside. */
  awayUs(hubUs: number): number {
    return Math.max(0, this.fromUs - hubUs, hubUs - this.#hubUs.at(-1)!);
  }

  deviceS(hubUs: number): number {
    return between(this.#hubUs, this.#deviceS, hubUs, 1e-6);
  }

  hubUs(deviceS: number): number {
    return between(this.#deviceS, this.#hubUs, deviceS, 1e6);
  }

  /** Gained on the hub's clock, and in which time. */
  gain(): { readonly forUs: number; readonly byS: number } {
    const forUs = this.#hubUs.at(-1)! - this.fromUs;
    return { forUs, byS: this.#deviceS.at(-1)! - this.#deviceS[0]! - forUs / 1e6 };
  }
}

/** Linear between the two readings around `x`, along the nearest two outside; with one reading at the rate of an exact clock. */
function between(xs: readonly number[], ys: readonly number[], x: number, exactRate: number): number {
  if (xs.length === 1) return ys[0]! + exactRate * (x - xs[0]!);
  const right = Math.min(xs.length - 1, Math.max(1, firstAbove(xs, x)));
  const [x0, x1, y0, y1] = [xs[right - 1]!, xs[right]!, ys[right - 1]!, ys[right]!];
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

function firstAbove(sorted: readonly number[], x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
