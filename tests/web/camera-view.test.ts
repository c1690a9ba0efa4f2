import {
  askedFormat,
  cameraForm,
  isAnotherFormat,
  isFrameRate,
  isFrameStream,
  restartsOf,
  sizeOf,
} from "../../apps/hub/web/src/devices/camera-view.js";
import { aCamera, aDevice, aPhone, anEvent } from "./hub-fixture.js";

const CONFIRMED = { width: 1280, height: 720, rateHz: 30, extra: "kept" };

test.each([
  ["1280 x 720", { width: 1280, height: 720 }],
  ["640×480", { width: 640, height: 480 }],
  [" 320X240 ", { width: 320, height: 240 }],
])("'%s' is a size", (text, size) => {
  expect(sizeOf(text)).toEqual(size);
});

test.each(["", "1280", "1280 x", "1281 x 720", "8 x 8", "7682 x 16", "a x b", "1280 x 720 x 3"])(
  "'%s' is no size",
  (text) => {
    expect(sizeOf(text)).toBeNull();
  },
);

test("a rate is a number that may be asked for", () => {
  expect(["30", " 29.97 ", "1", "240"].map(isFrameRate)).toEqual([true, true, true, true]);
  expect(["", "0", "241", "-5", "1e2", "30fps"].map(isFrameRate)).toEqual([false, false, false, false, false, false]);
});

test("the form shows what the camera confirmed and knows whether something else is asked", () => {
  const form = cameraForm(CONFIRMED);
  expect(form).toEqual({ size: "1280 x 720", rateHz: "30" });
  expect(isAnotherFormat(form, { ...form, size: "1280×720" })).toBe(false);
  expect(isAnotherFormat(form, { ...form, size: "640 x 480" })).toBe(true);
  expect(isAnotherFormat(form, { ...form, rateHz: "15" })).toBe(true);
  expect(isAnotherFormat(form, { ...form, rateHz: "fast" })).toBe(false);
});

test("all settings are sent, so that what the form does not show stays as it was", () => {
  expect(askedFormat(CONFIRMED, { size: "640 x 480", rateHz: "15" })).toEqual({
    width: 640,
    height: 480,
    rateHz: 15,
    extra: "kept",
  });
});

test("only a device with video has a stream of frames", () => {
  expect(isFrameStream(aCamera(), "rgb")).toBe(true);
  expect([isFrameStream(aCamera(), "gsr"), isFrameStream(aPhone(), "rgb"), isFrameStream(undefined, "rgb")]).toEqual([
    false,
    false,
    false,
  ]);
});

test("restarts are counted from the log, of this device and no other gap", () => {
  const gap = (seq: number, device: string, cause: string) => anEvent(seq, "gap", { device, cause });
  const events = [
    gap(1, "webcam_1", "encoder_restarted"),
    gap(2, "webcam_2", "encoder_restarted"),
    gap(3, "webcam_1", "lost"),
    gap(4, "webcam_1", "encoder_restarted"),
  ];
  expect(restartsOf(events, "webcam_1")).toBe(2);
  expect(restartsOf(events, aDevice().id)).toBe(0);
});
