import { BoundTally } from "../../../apps/hub/src/cli/bound-tally.js";

const estimate = (bound99S: number, hardS: number) => ({ thetaS: 0, bound99S, hardS });

test("without a row nothing is known", () => {
  expect(new BoundTally().summary()).toEqual({
    ...{ rows: 0, median_s: null, largest_s: null },
    ...{ median_hard_s: null, largest_hard_s: null },
  });
});

test("median and largest are those of all rows, however many", () => {
  const tally = new BoundTally();
  for (let row = 0; row < 5001; row++) tally.push(estimate((row * 7919) % 5001, 2 * ((row * 7919) % 5001)));
  expect(tally.summary()).toEqual({
    ...{ rows: 5001, median_s: 2500, largest_s: 5000 },
    ...{ median_hard_s: 5000, largest_hard_s: 10_000 },
  });
});
