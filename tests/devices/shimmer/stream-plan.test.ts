import { recalculate } from "@polychron/devices/formulas";
import { Decoding, type Coding } from "./decoding.js";

const info = (coding: Coding): Decoding["decoder"]["plan"]["info"] => new Decoding(coding).decoder.plan.info;

test.each<[string, readonly number[], string]>([
  ["with skin conductance it is gsr", [0, 1, 2, 0x1c], "gsr"],
  ["with motion alone it is motion", [0x12, 0, 1, 2], "motion"],
  ["with neither it is analog", [0x12, 0x0d], "analog"],
])("a stream's file type: %s", (_name, ids, fileType) => {
  expect(info({ ids })).toMatchObject({ fileType, folder: "sensor_data" });
});

test("the stream says its real rate and its clock", () => {
  expect(info({ ids: [0x12], stepTicks: 328 })).toMatchObject({
    nominalRateHz: 32_768 / 328,
    clock: { name: "shimmer_ticks", quantS: 1 / 32_768, twoWay: false },
  });
});

test("calibrated columns stand before their raw ones, with unit and kind", () => {
  const channels = info({ ids: [0, 1, 2, 3, 0x12, 0x1c] }).channels;
  expect(channels.map(({ name, unit, kind }) => `${name} ${unit} ${kind}`)).toEqual([
    "gsr_uS µS calibrated",
    "gsr_counts counts raw",
    "gsr_range  raw",
    "ppg_mV mV calibrated",
    "ppg_counts counts raw",
    "accel_x_mps2 m/s² calibrated",
    "accel_y_mps2 m/s² calibrated",
    "accel_z_mps2 m/s² calibrated",
    "accel_x_counts counts raw",
    "accel_y_counts counts raw",
    "accel_z_counts counts raw",
    "battery_V V calibrated",
    "battery_counts counts raw",
  ]);
});

test("without expansion power the input is no pulse sensor", () => {
  const channels = info({ ids: [0x12], setup: [0x50, 0x9b, 0x39, 0x08] }).channels;
  expect(channels.map(({ name }) => name)).toEqual(["int_a13_counts"]);
});

test("every calibrated column can be made again from what the stream says of it", () => {
  const ids = [0, 1, 2, 3, 0x12, 0x1c, 0x0a, 0x0b, 0x0c, 4, 5, 6, 7, 8, 9];
  const decoding = new Decoding({ ids, hardware: 10 });
  const packets = Array.from({ length: 20 }, (_, at) => {
    const ticks = (at + 1) * 640;
    const channels = ids.flatMap((id) => [(at * 31 + id * 7) & 0xff, (at + id) & 0x0f]);
    return Uint8Array.of(0, ticks & 0xff, ticks >> 8, 0, ...channels);
  });
  decoding.feed(...packets);
  const { channels } = decoding.decoder.plan.info;
  const column = (name: string): Float64Array => Float64Array.from(decoding.rows, (row) => row.values[name]!);
  const calibrated = channels.filter(({ kind }) => kind === "calibrated");
  expect(calibrated).toHaveLength(15);
  for (const { name, formula } of calibrated) {
    expect([name, recalculate(formula!.id, formula!.constants, formula!.from.map(column))]).toEqual([
      name,
      column(name),
    ]);
  }
});
