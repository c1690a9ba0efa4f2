import { hubNowUs, learnHubTime } from "../../apps/hub/web/src/hub-time.js";

test("a snapshot that travelled long does not set the hub's time back", () => {
  const quick = learnHubTime(null, 5_000_000, 1_000_000);
  const slow = learnHubTime(quick, 5_500_000, 1_600_000);
  expect(hubNowUs(slow, 1600)).toBeCloseTo(5_600_000, -3);
});

test("a snapshot that travelled less corrects the estimate at once", () => {
  const slow = learnHubTime(null, 4_900_000, 1_000_000);
  const quick = learnHubTime(slow, 5_500_000, 1_500_000);
  expect(hubNowUs(quick, 1500)).toBe(5_500_000);
});

test("a page clock that runs 100 ppm fast is followed within a few milliseconds over an hour", () => {
  let time = learnHubTime(null, 0, 0);
  for (let s = 1; s <= 3600; s++) time = learnHubTime(time, s * 1e6, s * 1e6 * 1.0001);
  expect(Math.abs(hubNowUs(time, 3600e3 * 1.0001) - 3600e6)).toBeLessThan(5000);
});
