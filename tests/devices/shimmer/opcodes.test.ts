import {
  encodeClock,
  encodeRate,
  encodeSensors,
  sensorMask,
  TICK_HZ,
} from "../../../packages/devices/src/shimmer/opcodes.js";
import { hexOf } from "../bytes.js";

test.each([
  [512, "05 40 00"],
  [51.2, "05 80 02"],
  [128, "05 00 01"],
  [100, "05 48 01"],
  [204.8, "05 A0 00"],
  [1024, "05 20 00"],
  [1, "05 00 80"],
])("vectors 1 and 2: a rate of %f Hz", (rateHz, hex) => {
  expect(hexOf(encodeRate(Math.round(TICK_HZ / rateHz)))).toBe(hex);
});

test("vectors 4 and 5: sensor masks", () => {
  expect(hexOf(encodeSensors(sensorMask(["gsr"])))).toBe("08 04 00 00");
  expect(hexOf(encodeSensors(sensorMask(["gsr", "ppg"])))).toBe("08 04 01 00");
  expect(hexOf(encodeSensors(sensorMask(["gsr", "ppg", "accel", "gyro", "mag", "battery"])))).toBe("08 E4 21 00");
});

test("vector 3: a mask with bits in its third byte", () => {
  expect(hexOf(encodeSensors(0x04_01_40))).toBe("08 40 01 04");
});

test("vector 6: the clock in ticks", () => {
  expect(hexOf(encodeClock(10n * 32_768n))).toBe("8F 00 00 05 00 00 00 00 00");
  expect(hexOf(encodeClock(1_700_000_000n * 32_768n))).toBe("8F 00 00 80 F8 A9 32 00 00");
});
