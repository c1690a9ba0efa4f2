import { LiveReplay } from "../../../../apps/hub/src/lab/alignment/live-replay.js";

/** Eight exchanges from a time on, over a way of `wayS` each, with a clock that is `aheadS` ahead. */
function burst(
  replay: LiveReplay,
  { atS, aheadS, clockId = "1" }: { atS: number; aheadS: number; clockId?: string },
): void {
  for (let n = 0; n < 8; n++) {
    const t1S = atS + n * 0.02;
    const wayS = 0.001;
    const t2S = t1S + wayS + aheadS;
    replay.push({ t1S, t2S, t3S: t2S, t4S: t1S + 2 * wayS, clockId, quantS: 1e-6 });
  }
}

test("the estimate of a burst is what was thought before its answers: a leap is not yet known", () => {
  const thetas: number[] = [];
  const replay = new LiveReplay((_atS, { thetaS }) => thetas.push(thetaS));
  for (const atS of [0, 2.5, 5]) burst(replay, { atS, aheadS: 500 });
  for (const atS of [7.5, 10, 12.5]) burst(replay, { atS, aheadS: 500.25 });
  expect(thetas.map((thetaS) => Math.round(thetaS * 100) / 100)).toEqual([500, 500, 500, 500, 500.25]);
});

test("the first burst of a clock is not judged, for nothing was thought of it", () => {
  const told: number[] = [];
  const replay = new LiveReplay((atS) => told.push(atS));
  burst(replay, { atS: 0, aheadS: 500 });
  burst(replay, { atS: 1, aheadS: 500 });
  burst(replay, { atS: 2, aheadS: 9_000, clockId: "2" });
  burst(replay, { atS: 3, aheadS: 9_000, clockId: "2" });
  expect(told).toEqual([1, 3]);
});
