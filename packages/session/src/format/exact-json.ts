/** A string, or a number: what must be told apart so that digits inside a text stay as they are. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * `JSON.parse`, but a number that no double holds becomes its text, so that a rewrite does not change it: identifiers of
 * 20 digits, values with 30 decimals, `1e999`. Throws `SyntaxError` like `JSON.parse`.
 */
export function parseExactJson(text: string): unknown {
  // Parsed once as it is first: the replacement below must only ever see legal JSON.
  const value: unknown = JSON.parse(text);
  let isExact = true;
  const kept = text.replace(TOKEN, (token) => {
    if (token.startsWith('"') || survives(token)) return token;
    isExact = false;
    return `"${token}"`;
  });
  return isExact ? value : JSON.parse(kept);
}

/** The double nearest to the token, written as short as possible, has the same value as the token. */
function survives(token: string): boolean {
  if (token.length <= 15) return !/[eE]/.test(token) || sameDecimal(token);
  return sameDecimal(token);
}

function sameDecimal(token: string): boolean {
  const value = Number(token);
  return Number.isFinite(value) && canonical(token) === canonical(String(value));
}

/** Sign, digits without outer zeros, and the power of ten of the last digit. */
function canonical(token: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(
    token,
  )!;
  const digits = (whole + fraction).replace(/^0+/, "");
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  return `${sign}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}
