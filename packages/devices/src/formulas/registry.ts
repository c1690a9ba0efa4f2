import { DeviceError } from "../errors.js";
import { adcMillivolts, batteryVolts } from "./analog.js";
import { gsrMicroSiemens } from "./gsr.js";
import { axisWeights } from "./kinematic.js";

/** Constants as `StreamInfo` and sidecars carry them. */
export type FormulaConstants = Readonly<Record<string, number | readonly number[]>>;

/** Fills the first `count` values of `out` from the raw columns; made once, then called for every block. */
export type Conversion = (raw: readonly Float64Array[], out: Float64Array, count: number) => void;

type MakeConversion = (read: ConstantReader) => Conversion;

/** Every formula by the id that is written beside the data; an id, once released, keeps its meaning. */
const FORMULAS: Readonly<Record<string, { readonly inputs: number; readonly make: MakeConversion }>> = {
  shimmer_gsr_conductance_v1: { inputs: 2, make: gsrConversion },
  adc_millivolts_v1: { inputs: 1, make: adcConversion },
  shimmer_battery_volts_v1: { inputs: 1, make: batteryConversion },
  kinematic_axis_v1: { inputs: 3, make: kinematicConversion },
};

/** Ids of the formulas that this version can compute. */
export const FORMULA_IDS: readonly string[] = Object.keys(FORMULAS);

/**
 * The conversion of a formula with its constants, ready for many blocks.
 * @throws DeviceError `FORMULA_UNKNOWN`, `FORMULA_INPUT_INVALID` (a constant is missing)
 */
export function conversion(formulaId: string, constants: FormulaConstants): Conversion {
  return formula(formulaId).make(new ConstantReader(formulaId, constants));
}

/**
 * A calibrated column made again from its raw columns, in the order of the channel's `formula.from`.
 * @throws DeviceError `FORMULA_UNKNOWN`, `FORMULA_INPUT_INVALID`
 */
export function recalculate(
  formulaId: string,
  constants: FormulaConstants,
  raw: readonly Float64Array[],
): Float64Array {
  const convert = conversion(formulaId, constants);
  const { inputs } = formula(formulaId);
  const count = raw[0]?.length ?? 0;
  if (raw.length !== inputs) {
    throw new DeviceError("FORMULA_INPUT_INVALID", {
      formula: formulaId,
      reason: `it needs ${inputs} raw columns and got ${raw.length}`,
    });
  }
  if (raw.some((column) => column.length !== count)) {
    throw new DeviceError("FORMULA_INPUT_INVALID", { formula: formulaId, reason: "its raw columns differ in length" });
  }
  const out = new Float64Array(count);
  convert(raw, out, count);
  return out;
}

function formula(formulaId: string): { readonly inputs: number; readonly make: MakeConversion } {
  const found = Object.hasOwn(FORMULAS, formulaId) ? FORMULAS[formulaId] : undefined;
  if (found === undefined) throw new DeviceError("FORMULA_UNKNOWN", { formula: formulaId });
  return found;
}

class ConstantReader {
  readonly #formula: string;
  readonly #constants: FormulaConstants;

  constructor(formulaId: string, constants: FormulaConstants) {
    this.#formula = formulaId;
    this.#constants = constants;
  }

  number(name: string): number {
    const value = this.#constants[name];
    if (typeof value !== "number") throw this.#missing(name);
    return value;
  }

  list(name: string, length: number): readonly number[] {
    const value = this.#constants[name];
    if (typeof value !== "object" || value.length !== length) throw this.#missing(name);
    return value;
  }

  #missing(name: string): DeviceError {
    return new DeviceError("FORMULA_INPUT_INVALID", {
      formula: this.#formula,
      reason: `the constant ${name} is missing or has the wrong shape`,
    });
  }
}

function gsrConversion(read: ConstantReader): Conversion {
  const constants = {
    vref_V: read.number("vref_V"),
    full_scale_counts: read.number("full_scale_counts"),
    bias_V: read.number("bias_V"),
    feedback_kohm: read.list("feedback_kohm", 4),
    range_setting: read.number("range_setting"),
  };
  return ([counts, range], out, count) => {
    for (let row = 0; row < count; row++) out[row] = gsrMicroSiemens(counts![row]!, range![row]!, constants);
  };
}

function adcConversion(read: ConstantReader): Conversion {
  const constants = { vref_mV: read.number("vref_mV"), full_scale_counts: read.number("full_scale_counts") };
  return ([counts], out, count) => {
    for (let row = 0; row < count; row++) out[row] = adcMillivolts(counts![row]!, constants);
  };
}

function batteryConversion(read: ConstantReader): Conversion {
  const constants = {
    vref_V: read.number("vref_V"),
    full_scale_counts: read.number("full_scale_counts"),
    divider: read.number("divider"),
  };
  return ([counts], out, count) => {
    for (let row = 0; row < count; row++) out[row] = batteryVolts(counts![row]!, constants);
  };
}

function kinematicConversion(read: ConstantReader): Conversion {
  const offset = read.list("offset", 3);
  const calibration = { offset, sensitivity: read.list("sensitivity", 3), alignment: read.list("alignment", 9) };
  const [wx = 0, wy = 0, wz = 0] = axisWeights(calibration, read.number("axis"));
  const [bx = 0, by = 0, bz = 0] = offset;
  return ([x, y, z], out, count) => {
    for (let row = 0; row < count; row++) out[row] = wx * (x![row]! - bx) + wy * (y![row]! - by) + wz * (z![row]! - bz);
  };
}
