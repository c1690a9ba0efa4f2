import type { SampleBlock, StreamInfo } from "@polychron/session/model";
import { StreamMeter } from "../../../apps/hub/src/record/stream-meter.js";

const INFO: StreamInfo = {
  fileType: "gsr",
  folder: "sensor_data",
  nominalRateHz: 128,
  clock: { name: "ticks", quantS: 1 / 32_768, twoWay: false },
  channels: [{ name: "gsr_uS", unit: "µS", kind: "calibrated", description: "" }],
};

/** `count` samples from number `firstSeq` on that arrive together at `arrivalUs`. */
function block(firstSeq: number, count: number, arrivalUs: number): SampleBlock {
  return {
    fileType: "gsr",
    firstSeq,
    count,
    deviceTimeS: new Float64Array(count),
    arrivalUs: new Float64Array(count).fill(arrivalUs),
    channels: [new Float64Array(count).fill(2.5)],
  };
}

/** Feeds `seconds` of 128 Hz in blocks of 16, and returns every rate that was shown on the way. */
function ratesOver(seconds: number, jitterUs: (index: number) => number): (number | null)[] {
  const meter = new StreamMeter(INFO);
  const rates: (number | null)[] = [];
  for (let index = 0; index < seconds * 8; index++) {
    const arrivalUs = index * 125_000 + jitterUs(index);
    meter.push(block(index * 16, 16, arrivalUs));
    rates.push(meter.view(arrivalUs).effective_rate_hz);
  }
  return rates;
}

test("there is no rate before the first second, and then there always is one", () => {
  const rates = ratesOver(30, () => 0);
  expect(rates.slice(0, 8)).toEqual(Array<null>(8).fill(null));
  expect(rates.slice(8).every((rate) => rate === 128)).toBe(true);
});

test("chunks that come late by up to a tenth of a second do not shake the rate once five seconds have passed", () => {
  const rates = ratesOver(60, (index) => ((index * 7919) % 100) * 1000).slice(40);
  for (const rate of rates) expect(Math.abs(rate! - 128)).toBeLessThan(128 * 0.021);
});

test("behind a long silence the rate is that of the new samples", () => {
  const meter = new StreamMeter(INFO);
  for (let index = 0; index < 80; index++) meter.push(block(index * 16, 16, index * 125_000));
  for (let index = 0; index < 16; index++) meter.push(block(9000 + index * 8, 8, 60e6 + index * 125_000));
  expect(meter.view(62e6).effective_rate_hz).toBeCloseTo(64, 6);
});

test("a jump in the device's numbering is what was lost", () => {
  const meter = new StreamMeter(INFO);
  meter.push(block(100, 16, 0));
  meter.push(block(121, 16, 125_000));
  expect(meter.view(125_000)).toMatchObject({ received: 32, lost: 5 });
});

test("a stream that has gone silent has no rate, whatever it was; its newest values stay", () => {
  const meter = new StreamMeter(INFO);
  for (let index = 0; index < 80; index++) meter.push(block(index * 16, 16, index * 125_000));
  const lastUs = 79 * 125_000;
  expect(meter.view(lastUs + 1.9e6).effective_rate_hz).toBeCloseTo(128, 6);
  expect(meter.view(lastUs + 2.1e6)).toMatchObject({ effective_rate_hz: 0, last: [2.5] });
});

test("a slow stream is not silent between two of its samples", () => {
  const meter = new StreamMeter({ ...INFO, nominalRateHz: 0.5 });
  for (let index = 0; index < 8; index++) meter.push(block(index, 1, index * 2e6));
  expect(meter.view(14e6 + 4e6).effective_rate_hz).toBeCloseTo(0.5, 6);
  expect(meter.view(14e6 + 7e6).effective_rate_hz).toBe(0);
});
