import fc from "fast-check";
import type { StampBase } from "../../../packages/devices/src/camera/capture-arguments.js";
import { CaptureClock, TIME_SOURCE } from "../../../packages/devices/src/camera/capture-clock.js";
import { FrameGaps } from "../../../packages/devices/src/camera/frame-gaps.js";
import { FrameTally, type FrameFaults } from "../../../packages/devices/src/camera/frame-tally.js";

const BASE_UTC_US = 1_700_000_000_000_000;
const HUB_AT_BASE_US = 5_000_000;
const DELAY_US = 10_000;
const BASE = { hubUs: HUB_AT_BASE_US, utcUs: BASE_UTC_US };
const WALL: StampBase = { kind: "wall", ...BASE };
const STEADY: StampBase = { kind: "steady", ...BASE };
const PERIOD_US = 33_333;

describe("capture times", () => {
  /** Frame k is captured a period after frame k-1 and announced 10 ms later, with the wall clock set by `stepUs` in between. */
  function next(clock: CaptureClock, frame: number, stamped: { stepUs?: number; stampStepUs?: number } = {}) {
    const { stepUs = 0, stampStepUs = stepUs } = stamped;
    const stampUs = frame * PERIOD_US;
    const now = { atUs: HUB_AT_BASE_US + stampUs + DELAY_US, utcUs: BASE_UTC_US + stampUs + DELAY_US + stepUs };
    return { ...clock.next(stampUs + stampStepUs, now), arrivalUs: now.atUs, trueUs: HUB_AT_BASE_US + stampUs };
  }

  test("a stamp of the wall clock becomes hub time, with its source", () => {
    const clock = new CaptureClock(WALL, TIME_SOURCE.driver);
    for (let frame = 0; frame < 10; frame++) {
      const { atUs, source, offUs, trueUs } = next(clock, frame);
      expect([atUs, source, offUs]).toEqual([trueUs, TIME_SOURCE.driver, 0]);
    }
  });

  test("noise of the wall clock below four milliseconds does not reach the times", () => {
    const clock = new CaptureClock(WALL, TIME_SOURCE.captureProgram);
    next(clock, 0);
    const { atUs, trueUs } = next(clock, 1, { stepUs: -2900, stampStepUs: 0 });
    expect(atUs).toBe(trueUs);
  });

  test.each([3600e6, -3600e6])(
    "a wall clock that is set by %d us before a frame leaves that frame's time right",
    (stepUs) => {
      const clock = new CaptureClock(WALL, TIME_SOURCE.driver);
      next(clock, 0);
      const { atUs, source, trueUs } = next(clock, 1, { stepUs });
      expect([atUs, source]).toEqual([trueUs, TIME_SOURCE.driver]);
    },
  );

  test.each([3600e6, 0.25e6, -0.25e6, -3600e6])(
    "steady stamps are hub time whatever the wall clock does: it is set by %d us between capture and arrival",
    (stepUs) => {
      const clock = new CaptureClock(STEADY, TIME_SOURCE.driver);
      next(clock, 0);
      const { atUs, source, offUs, trueUs } = next(clock, 1, { stepUs, stampStepUs: 0 });
      expect([atUs, source, offUs, clock.wallStepUs]).toEqual([trueUs, TIME_SOURCE.driver, 0, 0]);
    },
  );

  test("a wall clock that is set is told with its size, once", () => {
    const clock = new CaptureClock(WALL, TIME_SOURCE.captureProgram);
    const steps = [0, 0, -2e6, -2e6].map((stepUs, frame) => {
      next(clock, frame, { stepUs });
      return clock.wallStepUs;
    });
    expect(steps).toEqual([0, 0, -2e6, 0]);
  });

  test("a stamp a minute from the present is of another clock, where it should be steady", () => {
    const now = { atUs: HUB_AT_BASE_US + 1e6, utcUs: BASE_UTC_US + 1e6 };
    const steady = new CaptureClock(STEADY, TIME_SOURCE.driver);
    expect([0.99e6, -50e6, 1.7e15, -70e6].map((us) => steady.isOfAnotherClock(us, now))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(new CaptureClock(WALL, TIME_SOURCE.driver).isOfAnotherClock(1.7e15, now)).toBe(false);
  });

  test.each([3600e6, -3600e6])(
    "one that is set by %d us between capture and arrival gives the arrival, and says so",
    (stepUs) => {
      const clock = new CaptureClock(WALL, TIME_SOURCE.driver);
      next(clock, 0);
      const { atUs, source, offUs, arrivalUs } = next(clock, 1, { stepUs, stampStepUs: 0 });
      expect([atUs, source]).toEqual([arrivalUs, TIME_SOURCE.hubArrival]);
      expect(Math.abs(offUs)).toBeGreaterThan(3500e6);
    },
  );

  test("a frame that noise puts upon the one before it keeps the order and its source", () => {
    const clock = new CaptureClock(WALL, TIME_SOURCE.captureProgram);
    const first = next(clock, 1);
    const { atUs, source, offUs } = clock.next(PERIOD_US - 2_000, {
      atUs: first.arrivalUs + 1_000,
      utcUs: first.arrivalUs + 1_000 - HUB_AT_BASE_US + BASE_UTC_US,
    });
    expect([atUs, source, offUs]).toEqual([first.atUs + 1, TIME_SOURCE.captureProgram, 0]);
  });

  test("a stamp from well before the frame before it gives the arrival, and says how far it is off", () => {
    const clock = new CaptureClock(WALL, TIME_SOURCE.captureProgram);
    next(clock, 0);
    const { atUs, source, offUs, arrivalUs } = next(clock, 3, { stepUs: 0, stampStepUs: -4 * PERIOD_US });
    expect([atUs, source, offUs]).toEqual([arrivalUs, TIME_SOURCE.hubArrival, PERIOD_US]);
  });

  test("whatever the clocks do, times grow and lie within five seconds before the arrival", () => {
    const step = fc.record({
      waitUs: fc.integer({ min: 1000, max: 50_000 }),
      stampUs: fc.integer({ min: -1e10, max: 1e10 }),
      utcUs: fc.integer({ min: -1e10, max: 1e10 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const clock = new CaptureClock(WALL, TIME_SOURCE.driver);
        let atUs = HUB_AT_BASE_US;
        let lastUs = Number.NEGATIVE_INFINITY;
        for (const { waitUs, stampUs, utcUs } of steps) {
          atUs += waitUs;
          const time = clock.next(stampUs, { atUs, utcUs: BASE_UTC_US + utcUs });
          expect(time.atUs).toBeGreaterThan(lastUs);
          expect(time.atUs).toBeLessThanOrEqual(atUs);
          expect(time.atUs).toBeGreaterThanOrEqual(atUs - 5e6);
          lastUs = time.atUs;
        }
      }),
    );
  });
});

describe("missing frames", () => {
  /** Runs frames at these periods and says how many are counted as missing. */
  function missing(periods: readonly number[]): number {
    const gaps = new FrameGaps(30);
    let atUs = 0;
    let sum = gaps.push(atUs);
    for (const period of periods) sum += gaps.push((atUs += period * PERIOD_US));
    return sum + gaps.end();
  }
  const steady = (count: number): number[] => Array.from({ length: count }, () => 1);

  test("a steady camera misses nothing, jitter or not", () => {
    expect(missing(steady(100))).toBe(0);
    expect(missing(steady(100).map((_, at) => 1 + 0.4 * Math.sin(at * 1.7)))).toBe(0);
  });

  test.each([2, 3, 10])("an interval of %d periods is one frame less than that missing", (periods) => {
    expect(missing([...steady(40), periods, ...steady(40)])).toBe(periods - 1);
  });

  test("frames that were merely late and then catch up are not missing", () => {
    expect(missing([...steady(40), 3.7, 0.1, 0.1, 0.1, ...steady(40)])).toBe(0);
    expect(missing([...steady(40), 4, 0.1, 0.9, ...steady(40)])).toBe(2);
  });

  test("on a busy computer that holds frames back now and then, nothing is missing, and what is missing is counted", () => {
    const lateness = fc.array(
      fc.record({
        onTime: fc.integer({ min: 2, max: 12 }),
        latePeriods: fc.double({ min: 0, max: 3, noNaN: true }),
        late: fc.integer({ min: 0, max: 6 }),
      }),
      { minLength: 20, maxLength: 40 },
    );
    fc.assert(
      fc.property(lateness, fc.integer({ min: 0, max: 4 }), (stretches, lost) => {
        const late = [
          ...steady(40).map(() => 0),
          ...stretches.flatMap(({ onTime, latePeriods, late }) => [
            ...steady(onTime).map(() => 0),
            ...steady(late).map(() => latePeriods),
          ]),
        ];
        const gaps = new FrameGaps(30);
        let lastUs = 0;
        let sum = 0;
        late.forEach((periods, frame) => {
          const number = frame >= 80 ? frame + lost : frame;
          lastUs = Math.max(lastUs + 500, (number + periods) * PERIOD_US);
          sum += gaps.push(lastUs);
        });
        for (let frame = late.length; frame < late.length + 40; frame++)
          sum += gaps.push((frame + (late.length > 80 ? lost : 0)) * PERIOD_US);
        expect(sum + gaps.end()).toBe(late.length > 80 ? lost : 0);
      }),
    );
  });

  test("losses close to each other are all counted", () => {
    expect(missing([...steady(40), 2, 1, 1, 3, 1, 2, ...steady(60)])).toBe(4);
  });

  test("a camera that settles at half its rate misses nothing while it stays there", () => {
    expect(missing([...steady(40), ...steady(100).map(() => 2)])).toBeLessThanOrEqual(1);
  });

  test("a loss shortly before the end is counted", () => {
    expect(missing([...steady(40), 3, 1])).toBe(2);
  });

  test("nothing is judged before the rate is known", () => {
    expect(missing([5, 1, 4])).toBe(0);
  });

  test("a frame that ffmpeg counts as dropped and that is missing between the times is told once", () => {
    const told: FrameFaults[] = [];
    const tally = new FrameTally(30, (faults) => void told.push(faults));
    let atUs = 0;
    for (const period of [...steady(40), 2, ...steady(40)]) tally.onFrame((atUs += period * PERIOD_US));
    tally.onProgress({ dropped: 1, duplicated: 0 });
    tally.onProgress({ dropped: 3, duplicated: 1 });
    tally.onProgress(undefined);
    tally.end();
    expect(told).toEqual([
      { dropped: 1, duplicated: 0 },
      { dropped: 2, duplicated: 1 },
    ]);
  });
});
