import { parseInquiry, type Inquiry } from "../../../packages/devices/src/shimmer/inquiry.js";
import { bytesOf } from "../bytes.js";

const vectors: [string, number, string, Partial<Inquiry>][] = [
  ["11", 3, "40 00 01 FF 01 09 01 01 12", { stepTicks: 64, channelIds: [0x12], gsrRange: 4, expansionPower: true }],
  [
    "12",
    3,
    "80 02 50 9B 39 09 02 01 12 1C",
    { stepTicks: 640, channelIds: [0x12, 0x1c], gsrRange: 4, expansionPower: true },
  ],
  [
    "13",
    3,
    "80 02 50 9B 39 08 0A 01 00 01 02 03 0A 0B 0C 07 09 08",
    { stepTicks: 640, channelIds: [0, 1, 2, 3, 10, 11, 12, 7, 9, 8], gsrRange: 4, expansionPower: false },
  ],
  [
    "13b",
    10,
    "80 02 50 00 02 09 00 00 00 08 01 0A 0B 0C 00 01 02 12 1C",
    {
      stepTicks: 640,
      channelIds: [10, 11, 12, 0, 1, 2, 0x12, 0x1c],
      gyroRange: 2,
      accelRange: 0,
      accelWrRange: 0,
      gsrRange: 4,
      expansionPower: true,
    },
  ],
];

test.each(vectors)("vector %s", (_name, hardware, payload, expected) => {
  expect(parseInquiry(bytesOf(payload), hardware)).toMatchObject(expected);
});

test("a 3R rounds an odd period down to even", () => {
  const payload = bytesOf("49 01 50 00 02 09 00 00 00 01 01 1C");
  expect(parseInquiry(payload, 10)).toMatchObject({ rateTicks: 329, stepTicks: 328 });
});

test.each([
  ["cut short", 3, "80 02 50 9B 39 09 02 01 12"],
  ["too long", 3, "80 02 50 9B 39 09 01 01 12 1C"],
  ["empty", 3, ""],
  ["without a period", 3, "00 00 50 9B 39 09 01 01 12"],
  ["of the other hardware", 10, "80 02 50 9B 39 09 02 01 12 1C"],
])("an inquiry %s is refused", (_name, hardware, payload) => {
  expect(() => parseInquiry(bytesOf(payload), hardware)).toThrow(
    expect.objectContaining({ code: "SHIMMER_INQUIRY_INVALID" }),
  );
});
