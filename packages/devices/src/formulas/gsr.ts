/** Constants of the GSR front end: `V = counts * vref_V / full_scale_counts`, `R = Rf / (V / bias_V - 1)`. */
export interface GsrConstants {
  readonly vref_V: number;
  readonly full_scale_counts: number;
  readonly bias_V: number;
  /** Feedback resistor of ranges 0 to 3, kilo-ohms. */
  readonly feedback_kohm: readonly number[];
  /** 0 to 3: this range whatever the word says; 4: the range in the word. */
  readonly range_setting: number;
}

/** The GSR+ board, ids 14 and 48, Shimmer3 and 3R (protocol reference, section 9). */
export const GSR_PLUS = {
  vref_V: 3,
  full_scale_counts: 4095,
  bias_V: 0.5,
  feedback_kohm: [40.2, 287, 1000, 3300],
} as const;

/** The setting that lets the device choose its range. */
export const GSR_AUTO_RANGE = 4;

/** ADC counts, 0 to 4095, of a GSR word (bits 0-11). */
export function gsrWordCounts(word: number): number {
  return word & 0x0fff;
}

/** Range, 0 to 3, of a GSR word (bits 14-15). */
export function gsrWordRange(word: number): number {
  return (word >> 14) & 3;
}

/** Volts at the converter. */
export function gsrVolts(
  counts: number,
  constants: Pick<GsrConstants, "vref_V" | "full_scale_counts"> = GSR_PLUS,
): number {
  return (counts * constants.vref_V) / constants.full_scale_counts;
}

/**
 * Skin conductance in microsiemens, unclamped; NaN for an open circuit (V at or below the bias), never negative.
 * `wordRange` counts only under the automatic setting: the firmware writes it under a fixed one as well.
 */
export function gsrMicroSiemens(counts: number, wordRange: number, constants: GsrConstants): number {
  const range = constants.range_setting === GSR_AUTO_RANGE ? wordRange : constants.range_setting;
  const feedbackKohm = constants.feedback_kohm[range];
  if (feedbackKohm === undefined) return Number.NaN;
  const excess = gsrVolts(counts, constants) / constants.bias_V - 1;
  return excess > 0 ? (1000 * excess) / feedbackKohm : Number.NaN;
}

/** Skin resistance in kilo-ohms, unclamped; NaN for an open circuit. */
export function gsrKohm(counts: number, wordRange: number, constants: GsrConstants): number {
  return 1000 / gsrMicroSiemens(counts, wordRange, constants);
}
