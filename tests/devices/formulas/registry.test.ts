import { ADC_12_BIT, FORMULA_IDS, GSR_PLUS, gsrMicroSiemens, recalculate } from "@polychron/devices/formulas";

const GSR = "shimmer_gsr_conductance_v1";
const gsrConstants = { ...GSR_PLUS, range_setting: 4 };

test("a column is made again from its raw columns, the very same doubles", () => {
  const counts = Float64Array.of(2000, 1600, 100);
  const range = Float64Array.of(1, 2, 3);
  const expected = [0, 1, 2].map((row) => gsrMicroSiemens(counts[row]!, range[row]!, gsrConstants));
  expect([...recalculate(GSR, gsrConstants, [counts, range])]).toEqual(expected);
});

test("constants from a sidecar lead the conversion, not those built in", () => {
  const halved = { ...ADC_12_BIT, vref_mV: 1500 };
  expect(recalculate("adc_millivolts_v1", halved, [Float64Array.of(4095)])[0]).toBe(1500);
});

test("every formula is listed and refuses missing constants", () => {
  expect(FORMULA_IDS).toEqual([GSR, "adc_millivolts_v1", "shimmer_battery_volts_v1", "kinematic_axis_v1"]);
  for (const id of FORMULA_IDS) {
    expect(() => recalculate(id, {}, [])).toThrow(expect.objectContaining({ code: "FORMULA_INPUT_INVALID" }));
  }
});

test.each([
  ["too few raw columns", [Float64Array.of(1)]],
  ["raw columns of different length", [Float64Array.of(1), Float64Array.of(1, 2)]],
])("%s are refused", (_name, raw) => {
  expect(() => recalculate(GSR, gsrConstants, raw)).toThrow(expect.objectContaining({ code: "FORMULA_INPUT_INVALID" }));
});

test.each(["gsr_v9", "toString", "__proto__"])("the unknown formula %s is refused", (id) => {
  expect(() => recalculate(id, {}, [])).toThrow(expect.objectContaining({ code: "FORMULA_UNKNOWN" }));
});
