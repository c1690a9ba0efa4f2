/** What a spreadsheet would run as a formula (durability rules, exports). */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NEEDS_QUOTES = /[",\n\r]|^\s|\s$/;

/**
 * A text as a CSV cell: quoted where it must be (RFC 4180), with a `'` before what a spreadsheet would run as a formula.
 * A text that is a number stays as it is.
 */
export function textCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
