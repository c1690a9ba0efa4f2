import { InvalidArgumentError } from "commander";

/** A whole number from `lowest` to `highest`, for commander. */
export function wholeNumber(lowest: number, highest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`Give a whole number from ${lowest} to ${highest}.`);
  };
}

/** Any number of at most six digits before and behind the point, for commander. */
export function realNumber(text: string): number {
  if (/^-?\d{1,6}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a number.");
}
