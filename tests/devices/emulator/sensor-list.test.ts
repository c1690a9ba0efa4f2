import { channelIds, legalMask } from "../../../packages/devices/src/shimmer/emulator/sensor-list.js";

const SHIMMER3 = 3;
const SHIMMER3R = 10;

test.each([
  ["GSR and PPG", 0x0104, SHIMMER3, [0x12, 0x1c]],
  ["accel, gyro, mag, battery", 0x20e0, SHIMMER3, [0, 1, 2, 3, 0x0a, 0x0b, 0x0c, 7, 8, 9]],
  ["GSR, PPG, accel, gyro on a 3R", 0x01c4, SHIMMER3R, [0x0a, 0x0b, 0x0c, 0, 1, 2, 0x12, 0x1c]],
  ["temperature before pressure", 0x040000, SHIMMER3, [0x1a, 0x1b]],
  ["pressure before temperature on a 3R", 0x040000, SHIMMER3R, [0x1b, 0x1a]],
  ["nothing", 0, SHIMMER3, []],
])("%s come in the order of the wire", (_name, mask, hardware, ids) => {
  expect(channelIds(mask, hardware)).toEqual(ids);
});

test.each([
  ["GSR silences A1", 0x0404, 0x0004],
  ["the bridge silences A13 and A14", 0x808100, 0x008000],
  ["24-bit ExG silences 16-bit ExG of the same chip", 0x180010, 0x080010],
  ["ExG silences A1 and A14", 0x800410, 0x000010],
])("%s", (_name, mask, legal) => {
  expect(legalMask(mask)).toBe(legal);
});
