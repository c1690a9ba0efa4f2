/** Full scale of the device's 12-bit converters, counts and millivolts (protocol reference, section 9). */
export const ADC_12_BIT = { vref_mV: 3000, full_scale_counts: 4095 } as const;

/** The battery's divider on the same converter (protocol reference, section 7). */
export const BATTERY_DIVIDER = { vref_V: 3, full_scale_counts: 4095, divider: 1.988 } as const;

/** Millivolts at an ADC pin (PPG, external and internal inputs). */
export function adcMillivolts(
  counts: number,
  constants: { vref_mV: number; full_scale_counts: number } = ADC_12_BIT,
): number {
  return (counts * constants.vref_mV) / constants.full_scale_counts;
}

/** Battery volts from ADC counts. */
export function batteryVolts(
  counts: number,
  constants: { vref_V: number; full_scale_counts: number; divider: number } = BATTERY_DIVIDER,
): number {
  return ((counts * constants.vref_V) / constants.full_scale_counts) * constants.divider;
}

/** Coefficients of the discharge curve, highest power first (protocol reference, section 7). */
const CURVE = [1109.739792, -17167.12674, 99232.71686, -253825.397, 242266.0527] as const;

/** Battery charge in percent, 0 to 100, within some 3 points; outside 3.0-4.367 V the curve's ends are used. */
export function batteryPercent(volts: number): number {
  const onCurve = volts > 4.367 ? 4.167 : volts < 3.0 ? 3.2 : volts;
  const percent = CURVE.reduce((sum, coefficient) => sum * onCurve + coefficient, 0);
  return Math.min(100, Math.max(0, percent));
}
