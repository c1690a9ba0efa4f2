import { GRID_RATE_LIMITS_HZ } from "@polychron/protocol";

/** The rate that a person typed, Hz; undefined where it is none. A comma is a point. */
export function gridRate(text: string): number | undefined {
  const plain = text.trim().replace(",", ".");
  const { lowest, highest } = GRID_RATE_LIMITS_HZ;
  const rateHz = Number(plain);
  return /^\d{1,5}(\.\d{1,3})?$/.test(plain) && rateHz >= lowest && rateHz <= highest ? rateHz : undefined;
}
