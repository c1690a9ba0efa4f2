import { bytesOf } from "../bytes.js";
import { Decoding, type Coding } from "./decoding.js";

const vectors: [string, Coding, string, number, Record<string, number>][] = [
  ["22a", { ids: [0x12] }, "00 DE D0 B2 26 07", 11718878, { ppg_counts: 1830 }],
  ["22b", { ids: [0x12] }, "00 1E D1 B2 FC 06", 11718942, { ppg_counts: 1788 }],
  [
    "23",
    { ids: [0x12, 0x1c] },
    "00 00 A0 0F D0 07 40 46",
    1024000,
    { ppg_counts: 2000, ppg_mV: 1465.2015, gsr_counts: 0x640, gsr_range: 1, gsr_uS: 4.68405 },
  ],
  [
    "24",
    { ids: [0, 1, 2, 3, 0x0a, 0x0b, 0x0c] },
    "00 FF FF FF 34 08 01 08 9A 03 3E 0B FF 38 00 64 FF FF",
    16777215,
    {
      accel_x_counts: 2100,
      accel_y_counts: 2049,
      accel_z_counts: 922,
      battery_counts: 2878,
      gyro_x_counts: -200,
      gyro_y_counts: 100,
      gyro_z_counts: -1,
    },
  ],
  [
    "25",
    { ids: [0x1c, 0x1d, 0x1e, 0x1f] },
    "00 56 34 12 AC C1 80 40 00 01 FF FF FE",
    1193046,
    {
      gsr_counts: 49580 & 0xfff,
      gsr_range: 49580 >> 14,
      exg1_status_counts: 128,
      exg1_ch1_counts: 4194305,
      exg1_ch2_counts: -2,
    },
  ],
  [
    "26",
    { ids: [0x1a, 0x1b] },
    "00 00 00 01 7E D9 65 59 B0",
    65536,
    { temperature_counts: 32473, pressure_counts: 6642096 },
  ],
  [
    "27 and 28",
    { ids: [0x0a, 0x0b, 0x0c, 0, 1, 2, 0x12, 0x1c], hardware: 10 },
    "00 DE BC 0A 38 FF 64 00 FF FF 0C 00 00 C0 88 06 D0 07 40 46",
    703710,
    {
      gyro_x_counts: -200,
      gyro_y_counts: 100,
      gyro_z_counts: -1,
      accel_x_counts: 12,
      accel_y_counts: -16384,
      accel_z_counts: 1672,
      ppg_counts: 2000,
      gyro_x_dps: 3.508772,
      gyro_y_dps: 1.754386,
      gyro_z_dps: 0.017544,
      accel_x_mps2: -0.007177,
      accel_y_mps2: -9.799043,
      accel_z_mps2: -1,
    },
  ],
  [
    "30",
    { ids: [0x14, 0x15, 0x16], hardware: 10 },
    "00 01 00 00 00 A0 FF 60 0C 80",
    1,
    { accel_alt_x_counts: 10, accel_alt_y_counts: -10, accel_alt_z_counts: 200 },
  ],
  ["a counter of 16 bits", { ids: [0x12], firmware: [0, 5, 3] }, "00 DE D0 26 07", 0xd0de, { ppg_counts: 1830 }],
];

test.each(vectors)("vector %s", (_name, coding, hex, ticks, values) => {
  const [row, ...others] = new Decoding(coding).feed(bytesOf(hex)).rows;
  expect(others).toEqual([]);
  expect(row!.ticks).toBe(ticks);
  const close = Object.entries(values).map(([name, value]) => [name, expect.closeTo(value, 4) as number]);
  expect(row!.values).toMatchObject(Object.fromEntries(close));
});

test("the magnetometer that sends X Z Y in big-endian words is told by that order", () => {
  const [row] = new Decoding({ ids: [7, 9, 8] }).feed(bytesOf("00 01 00 00 01 02 03 04 FF FE")).rows;
  expect(row!.values).toMatchObject({ mag_x_counts: 0x0102, mag_z_counts: 0x0304, mag_y_counts: -2 });
});

test("a channel of unknown width is refused by its number", () => {
  const decode = (): unknown => new Decoding({ ids: [0x12, 0x29] });
  expect(decode).toThrow(expect.objectContaining({ code: "SHIMMER_CHANNEL_UNKNOWN", params: { channelId: 0x29 } }));
});

test("an open circuit is NaN in the column and keeps its counts", () => {
  const [row] = new Decoding({ ids: [0x1c] }).feed(bytesOf("00 01 00 00 00 C1")).rows;
  expect(row!.values).toEqual({ gsr_uS: Number.NaN, gsr_counts: 256, gsr_range: 3 });
});
