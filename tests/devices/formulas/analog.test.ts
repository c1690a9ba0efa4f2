import { adcMillivolts, batteryPercent, batteryVolts } from "@polychron/devices/formulas";

test("PPG of vector 23", () => {
  expect(adcMillivolts(2000)).toBeCloseTo(1465.2015, 4);
});

test.each([
  [2862, 4.168246, 100],
  [2864, 4.171159, 100],
  [2500, 3.641026, 7.1231],
])("battery of vectors 16 and 17: %i counts are %f V and %f %%", (counts, volts, percent) => {
  expect(batteryVolts(counts)).toBeCloseTo(volts, 6);
  expect(Math.abs(batteryPercent(batteryVolts(counts)) - percent)).toBeLessThanOrEqual(3);
});

test.each([0, 2.9, 3.3, 3.7, 4.2, 4.4, 5])("percent of %f V lies between 0 and 100", (volts) => {
  expect(batteryPercent(volts)).toBeGreaterThanOrEqual(0);
  expect(batteryPercent(volts)).toBeLessThanOrEqual(100);
});

test("a battery over its highest voltage is full, one under its lowest empty", () => {
  expect(batteryPercent(4.4)).toBeGreaterThan(95);
  expect(batteryPercent(2.9)).toBeLessThan(10);
});
