import type { QualityLevel } from "@polychron/session/format";
import { element, type Markup } from "./markup.js";

const SIGNS = { good: "\u2713", fair: "!", poor: "\u2715", unknown: "?" } as const;
const WORDS = { good: "Good", fair: "Limits", poor: "Bad", unknown: "Unknown" } as const;

/** A level as a sign and a word: never by colour alone. */
export function levelBadge(level: QualityLevel): Markup {
  const sign = element("span", { "aria-hidden": "true", class: "sign" }, SIGNS[level]);
  return element("span", { class: `badge ${level}` }, sign, WORDS[level]);
}
