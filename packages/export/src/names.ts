/** The longest name of a MATLAB variable or field (`namelengthmax`). */
export const MATLAB_NAME_MAX = 63;

/** What `iskeyword` lists, and `ans`, which every expression overwrites. */
const KEYWORDS: ReadonlySet<string> = new Set([
  "ans",
  "break",
  "case",
  "catch",
  "classdef",
  "continue",
  "else",
  "elseif",
  "end",
  "for",
  "function",
  "global",
  "if",
  "otherwise",
  "parfor",
  "persistent",
  "return",
  "spmd",
  "switch",
  "try",
  "while",
]);

/** Whether MATLAB takes a text as the name of a variable or field. */
export function isMatlabName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && name.length <= MATLAB_NAME_MAX && !KEYWORDS.has(name);
}

/**
 * One legal MATLAB name for each wanted name, in the same order; no two are alike and none is
 * reserved. A wanted name that is legal and free stays as it is; the result does not depend on the order.
 */
export function matlabNames(wanted: readonly string[], reserved: readonly string[] = []): string[] {
  return distinct(wanted, reserved, legalised, MATLAB_NAME_MAX);
}

/** As `matlabNames`, for the header of a CSV file: only made distinct, of any length. */
export function columnNames(wanted: readonly string[], reserved: readonly string[] = []): string[] {
  return distinct(wanted, reserved, (name) => name, Infinity);
}

/** Legal on its own: other characters become `_`, a leading digit or `_` or a keyword gets `x` before it, the rest is cut off. */
function legalised(name: string): string {
  const ascii = name.replace(/[µμ]/g, "u").replace(/[^A-Za-z0-9_]/g, "_");
  const started = /^[A-Za-z]/.test(ascii) && !KEYWORDS.has(ascii) ? ascii : `x${ascii}`;
  return started.slice(0, MATLAB_NAME_MAX);
}

/** Names that need no change keep it, then the others choose in the order of their texts, so that the input's order is no matter. */
function distinct(
  wanted: readonly string[],
  reserved: readonly string[],
  legal: (name: string) => string,
  maxLength: number,
): string[] {
  const taken = new Set(reserved);
  const result = wanted.map((name) => {
    if (legal(name) !== name || taken.has(name)) return undefined;
    taken.add(name);
    return name;
  });
  const left = wanted.map((name, index) => ({ name, index })).filter(({ index }) => result[index] === undefined);
  left.sort((a, b) => compareText(a.name, b.name) || a.index - b.index);
  for (const { name, index } of left) {
    const free = firstFree(legal(name), taken, maxLength);
    taken.add(free);
    result[index] = free;
  }
  return result as string[];
}

function firstFree(name: string, taken: ReadonlySet<string>, maxLength: number): string {
  let candidate = name;
  for (let n = 2; taken.has(candidate); n++) {
    const suffix = `_${n}`;
    candidate = name.slice(0, maxLength - suffix.length) + suffix;
  }
  return candidate;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
