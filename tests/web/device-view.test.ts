import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import {
  askedSettings,
  batteryText,
  isChanged,
  isRate,
  lostSamples,
  mainRateHz,
  shimmerForm,
} from "../../apps/hub/web/src/devices/device-view.js";
import { aDevice } from "./hub-fixture.js";

const texts = chooseCatalogue([]);

test("the form shows the device's confirmed settings and knows whether it was changed", () => {
  const form = shimmerForm({ rateHz: 99.90243902439025, gsrRange: 2, sensors: ["gsr", "ppg"], crc: true });
  expect(form).toEqual({ rateHz: "99.9024", gsrRange: "2", sensors: ["gsr", "ppg"] });
  expect(isChanged(form, { ...form, sensors: ["ppg", "gsr"] })).toBe(false);
  expect(isChanged(form, { ...form, rateHz: "100" })).toBe(true);
});

test("all settings are sent, so that what the form does not show stays as it was", () => {
  const confirmed = { rateHz: 128, gsrRange: 4, sensors: ["gsr"], crc: true };
  const asked = askedSettings(confirmed, { ...shimmerForm(confirmed), rateHz: "256", gsrRange: "0" });
  expect(asked).toEqual({ rateHz: 256, gsrRange: 0, sensors: ["gsr"], crc: true });
});

test.each(["", "0", "-1", "abc", "5000", "0.4", "1e3", "12,5"])("'%s' is no rate", (text) => {
  expect(isRate(text)).toBe(false);
});

test.each(["1", "51.2", " 1024 "])("'%s' is a rate", (text) => {
  expect(isRate(text)).toBe(true);
});

test("losses are summed over streams; a device that is not live has no rate", () => {
  const stream = aDevice().streams[0]!;
  expect(lostSamples(aDevice({ streams: [stream, { ...stream, lost: 4 }] }))).toBe(7);
  expect([mainRateHz(aDevice()), mainRateHz(aDevice({ phase: "lost" }))]).toEqual([127.98, null]);
});

test("the battery reads per cent, else volts, else unknown", () => {
  expect(batteryText(aDevice(), texts)).toBe("Battery 87\u00a0%");
  expect(batteryText(aDevice({ battery_percent: null }), texts)).toBe("Battery 4.02\u00a0V");
  expect(batteryText(aDevice({ battery_percent: null, battery_volts: null }), texts)).toBe("Battery unknown");
});
