import { FLASH_BIT_S, FLASH_CODE } from "@polychron/session/model";
import fc from "fast-check";
import { FlashFrames } from "../../apps/hub/web/src/cue/flash-frames.js";
import { pageClock } from "../../apps/hub/web/src/cue/page-clock.js";
import { chirpHeard, flashSeen } from "../../apps/hub/web/src/cue/seen.js";

/** What a screen shows, and what is said of it, with pictures every `periodMs` from 0 ms on; `skip` leaves some out. */
function shownOn(periodMs: number, atMs: number, skip: (frameMs: number) => boolean = () => false) {
  const frames = new FlashFrames(atMs);
  const shown: { frameMs: number; picture: string }[] = [];
  for (let frameMs = 0; frameMs < 5_000; frameMs += periodMs) {
    if (skip(frameMs)) continue;
    const picture = frames.next(frameMs);
    shown.push({ frameMs, picture });
    if (picture === "over") break;
  }
  return { frames, shown };
}

test.each([60, 75, 144])(
  "a screen of %d pictures a second shows every bit for its time, beginning at the first picture due",
  (rateHz) => {
    const { frames, shown } = shownOn(1000 / rateHz, 500);
    const { beginMs, lateMs, mostLateMs, periodMs } = frames.shown!;
    expect(beginMs).toBeGreaterThanOrEqual(498);
    expect(beginMs).toBeLessThan(500 + 1000 / rateHz);
    expect(periodMs).toBeCloseTo(1000 / rateHz, 6);
    expect(mostLateMs).toBeLessThan(1000 / rateHz);
    expect(Math.abs(lateMs)).toBeLessThan(1000 / rateHz);
    for (const [bit, wanted] of [...FLASH_CODE].entries()) {
      const middleMs = beginMs + (bit + 0.5) * FLASH_BIT_S * 1000;
      const { picture } = shown.findLast(({ frameMs }) => frameMs <= middleMs)!;
      expect([bit, picture]).toEqual([bit, wanted === "1" ? "lit" : "dark"]);
    }
    expect(shown.at(-1)!.picture).toBe("over");
  },
);

test("a screen that stood still for a bit, and one that never began, have not shown the code", () => {
  expect(shownOn(1000 / 60, 500, (frameMs) => frameMs > 1_000 && frameMs < 1_200).frames.shown).toBeNull();
  expect(shownOn(1000 / 60, 500, (frameMs) => frameMs > 1_500).frames.shown).toBeNull();
  expect(new FlashFrames(500).shown).toBeNull();
});

test("the page's clock lies where every exchange allows it, and its bound holds whatever the ways were", () => {
  const way = fc.double({ min: 0, max: 50, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: -1e9, max: 1e9 }),
      fc.array(fc.tuple(way, way), { minLength: 1 }),
      (offsetUs, ways) => {
        const exchanges = ways.map(([thereMs, backMs], n) => {
          const askedMs = 100 * n;
          const hubUs = (askedMs + thereMs) * 1000 + offsetUs;
          return { askedMs, hubUs, heardMs: askedMs + thereMs + backMs };
        });
        const clock = pageClock(exchanges)!;
        expect(Math.abs(clock.offsetUs - offsetUs)).toBeLessThanOrEqual(clock.boundUs + 0.01);
      },
    ),
  );
  expect(pageClock([])).toBeNull();
});

test("light comes after its picture by one period, half the screen and the screen's lag; what is unknown adds up", () => {
  const clock = { offsetUs: 1e6, boundUs: 300 };
  const seen = flashSeen({ beginMs: 100, lateMs: 1, mostLateMs: 3, periodMs: 10 }, clock);
  expect(seen).toEqual({ atUs: 1e6 + (100 + 1 + 15 + 16) * 1000, uncertaintyUs: (5 + 14 + 2) * 1000 + 300 });
  expect(chirpHeard({ beginMs: 100, uncertainMs: 5 }, clock)).toEqual({ atUs: 1.1e6, uncertaintyUs: 5_300 });
});
