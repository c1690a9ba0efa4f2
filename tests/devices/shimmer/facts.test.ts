import {
  firmwareText,
  hasFeature,
  hasNewImu,
  modelText,
  parseBattery,
  parseFirmware,
} from "../../../packages/devices/src/shimmer/facts.js";
import { bytesOf } from "../bytes.js";

test("vector 14: versions", () => {
  expect(firmwareText(parseFirmware(bytesOf("03 00 00 00 0B 00")))).toBe("LogAndStream 0.11.0");
  expect(firmwareText(parseFirmware(bytesOf("03 00 01 00 01 02")))).toBe("LogAndStream 1.1.2");
});

test("vectors 16 and 17: the battery's counts and charge", () => {
  expect(parseBattery(bytesOf("2E 0B 80"))).toEqual({ counts: 2862, charge: 0x80 });
  expect(parseBattery(bytesOf("C4 09 FF"))).toEqual({ counts: 2500, charge: 0xff });
});

const LOG_AND_STREAM = 3;
const BT_STREAM = 1;

test.each<[number, [number, number, number], "tick24" | "battery" | "infoMemAtZero" | "crc", boolean]>([
  [LOG_AND_STREAM, [0, 5, 3], "tick24", false],
  [LOG_AND_STREAM, [0, 5, 4], "tick24", true],
  [LOG_AND_STREAM, [0, 5, 8], "battery", false],
  [LOG_AND_STREAM, [0, 5, 9], "battery", true],
  [LOG_AND_STREAM, [0, 5, 15], "infoMemAtZero", false],
  [LOG_AND_STREAM, [0, 6, 0], "infoMemAtZero", true],
  [LOG_AND_STREAM, [0, 13, 6], "crc", false],
  [LOG_AND_STREAM, [0, 13, 7], "crc", true],
  [LOG_AND_STREAM, [1, 0, 0], "crc", true],
  [BT_STREAM, [0, 7, 2], "tick24", false],
  [BT_STREAM, [0, 7, 3], "tick24", true],
  [BT_STREAM, [1, 0, 0], "crc", false],
])("firmware %i %j: %s is %s", (id, [major, minor, internal], feature, expected) => {
  expect(hasFeature({ hardware: 3, firmware: { id, major, minor, internal } }, feature)).toBe(expected);
});

test("a 3R has every feature", () => {
  expect(hasFeature({ hardware: 10, firmware: { id: 3, major: 0, minor: 0, internal: 1 } }, "crc")).toBe(true);
});

test("the board's revision tells the generation of its inertial sensors", () => {
  expect(hasNewImu({ board: { id: 48, revision: 2, special: 0 } })).toBe(false);
  expect(hasNewImu({ board: { id: 48, revision: 3, special: 0 } })).toBe(true);
  expect(hasNewImu({ board: { id: 14, revision: 9, special: 0 } })).toBe(false);
  expect(hasNewImu({ board: { id: 14, revision: 1, special: 171 } })).toBe(true);
  expect(hasNewImu({ board: undefined })).toBe(false);
});

test("a model is named for people", () => {
  expect(modelText({ hardware: 3, board: { id: 48, revision: 5, special: 0 } })).toBe("Shimmer3 GSR+");
  expect(modelText({ hardware: 10, board: undefined })).toBe("Shimmer3R");
  expect(modelText({ hardware: 77, board: undefined })).toBe("Shimmer hardware 77");
});
