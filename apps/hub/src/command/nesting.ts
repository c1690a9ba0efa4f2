/** More than any command needs; checking a value that is nested without end would end the program instead. */
const DEEPEST = 20;

/** Whether a value that a machine sent is nested deeper than any command is. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
