import { FormatRegistry } from "./format.js";
import { csvFormat } from "./formats/csv.js";
import { mat5Format } from "./formats/mat5.js";

/** The formats of this version, in the order in which they are offered. */
export function builtInFormats(): FormatRegistry {
  return new FormatRegistry([csvFormat, mat5Format]);
}
