import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import { withDistinctLabels } from "../../apps/hub/web/src/devices/distinct-labels.js";
import { isAtAGlance, isAway, lastHeardUs, phoneFacts, shownError } from "../../apps/hub/web/src/devices/phone-view.js";
import { TraceBook } from "../../apps/hub/web/src/trace/trace-book.js";
import { aDevice, aPhone } from "./hub-fixture.js";

const texts = chooseCatalogue([]);
const STATUS = {
  battery_percent: 84,
  battery_charging: false,
  battery_temperature_celsius: 31.4,
  storage_free_bytes: 48.2e9,
  wifi_name: "LabNet",
  wifi_dbm: -58,
  wifi_quality_percent: 84,
  cellular_type: "5g",
  cellular_dbm: -95,
  cellular_data_bytes: 1.2e6,
};

/** The facts as texts with plain spaces; those that press are marked. */
function factsOf(part: Parameters<typeof aPhone>[0]): string[] {
  return phoneFacts(aPhone(part), texts).map(
    ({ text, isPressing }) => (isPressing ? "! " : "") + text.replaceAll("\u00a0", " "),
  );
}

test("a phone shows battery, storage, temperature, Wi-Fi and mobile network", () => {
  expect(factsOf({ status: STATUS })).toEqual([
    "Battery 84 %",
    "48.2 GB storage free",
    "31 °C",
    "Wi-Fi LabNet −58 dBm, 84 %",
    "5G −95 dBm",
    "1.2 MB of mobile data used",
  ]);
});

test("at a glance a phone shows battery, storage, temperature and its networks, and whatever is pressing", () => {
  const keys = (status: typeof STATUS) =>
    phoneFacts(aPhone({ status }), texts)
      .filter(isAtAGlance)
      .map(({ key }) => key);
  expect(keys(STATUS)).toEqual(["battery", "storage", "temperature", "wifi", "cellular"]);
  expect(keys({ ...STATUS, cellular_type: "none" })).toContain("cellular");
});

test("what a phone does not know is left out, and one that said nothing yet says so", () => {
  expect(factsOf({ status: { wifi_quality_percent: 40, cellular_type: "none" }, battery_percent: null })).toEqual([
    "Wi-Fi 40 %",
    "No mobile network",
  ]);
  expect(factsOf({ status: {}, battery_percent: 50 })).toEqual(["Battery 50 %"]);
  expect(factsOf({ status: null })).toEqual(["It has not said yet how it is."]);
});

test.each<[string, object, string]>([
  ["a low battery", { battery_percent: 14 }, "! Battery 14 %"],
  ["a low battery that is being charged", { battery_percent: 14, battery_charging: true }, "Battery 14 %, charging"],
  ["little storage", { storage_free_bytes: 1.9e9 }, "! 1.9 GB storage free"],
  ["a hot phone", { battery_temperature_celsius: 45 }, "! 45 °C"],
  ["weak Wi-Fi by its quality", { wifi_quality_percent: 29 }, "! Wi-Fi LabNet −58 dBm, 29 %"],
  ["weak Wi-Fi by its strength", { wifi_quality_percent: null, wifi_dbm: -81 }, "! Wi-Fi LabNet −81 dBm"],
  ["no Wi-Fi", { wifi_name: null, wifi_dbm: null, wifi_quality_percent: null }, "! No Wi-Fi"],
])("%s reads as it should", (_what, part, expected) => {
  expect(factsOf({ status: { ...STATUS, ...part } })).toContain(expected);
});

test.each([[{ wifi_dbm: "strong", battery_percent: [] }], [{ cellular_type: "9g" }], [{ storage_free_bytes: null }]])(
  "a status that makes no sense (%j) is left out",
  (status) => {
    expect(factsOf({ status, battery_percent: null })).toEqual([]);
  },
);

describe("a phone that is not connected", () => {
  const error = { code: "PHONE_AWAY", message: "", remedy: "", params: {} };

  test("is away, which other devices never are", () => {
    expect([isAway(aPhone({ phase: "lost" })), isAway(aPhone()), isAway(aDevice({ phase: "lost" }))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("is no alarm, but its other errors are", () => {
    expect(shownError(aPhone({ phase: "lost", error }))).toBeNull();
    const refused = { ...error, code: "PHONE_REFUSED" };
    expect(shownError(aPhone({ phase: "lost", error: refused }))).toBe(refused);
    expect(shownError(aDevice({ phase: "lost", error }))).toBe(error);
  });

  test("was last heard with the newest sample of any of its streams", () => {
    const traces = new TraceBook();
    expect(lastHeardUs(aPhone(), traces)).toBeNull();
    traces.push({ device: "phone_1", file_type: "imu", at_us: [5, 9], channels: [[0, 0]] });
    traces.push({ device: "phone_1", file_type: "gsr", at_us: [7], channels: [[0]] });
    traces.push({ device: "phone_2", file_type: "gsr", at_us: [99], channels: [[0]] });
    expect(lastHeardUs(aPhone(), traces)).toBe(9);
  });
});

test("two phones of one model carry their ids, a device of another name does not", () => {
  const devices = [aPhone(), aPhone({ id: "phone_2" }), aDevice()];
  expect(withDistinctLabels(devices).map(({ label }) => label)).toEqual([
    "Pixel 9 (phone_1)",
    "Pixel 9 (phone_2)",
    "Shimmer3 GSR+ 3A5F",
  ]);
});

test("a phone is called by the name that it was given at pairing, before its model", () => {
  const devices = [
    aPhone({ name: "Left hand" }),
    aPhone({ id: "phone_2", name: "Right hand" }),
    aPhone({ id: "phone_3", name: "  " }),
    aPhone({ id: "phone_4", label: "Emulated phone 1", name: "Emulated phone 1" }),
  ];
  expect(withDistinctLabels(devices).map(({ label }) => label)).toEqual([
    "Left hand (Pixel 9)",
    "Right hand (Pixel 9)",
    "Pixel 9",
    "Emulated phone 1",
  ]);
});

test("two phones that were given one name still carry their ids", () => {
  const devices = [aPhone({ name: "Lab" }), aPhone({ id: "phone_2", name: "Lab" })];
  expect(withDistinctLabels(devices).map(({ label }) => label)).toEqual([
    "Lab (Pixel 9) (phone_1)",
    "Lab (Pixel 9) (phone_2)",
  ]);
});
