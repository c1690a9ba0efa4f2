import type { QualityScore } from "@polychron/session/format";
import { scoreText } from "../words.js";
import { element, type Markup } from "./markup.js";

const RADIUS = 30;
const AROUND = 2 * Math.PI * RADIUS;

/** A score as an arc and a number. */
export function scoreDial(name: string, { value }: QualityScore): Markup {
  const text = scoreText(value);
  const ring = { cx: 40, cy: 40, r: RADIUS, fill: "none", "stroke-width": 8 };
  const length = ((value ?? 0) * AROUND).toFixed(1);
  const arc = { ...ring, class: `arc ${scoreWord(value)}`, "stroke-dasharray": `${length} ${AROUND.toFixed(1)}` };
  return element(
    "svg",
    { viewBox: "0 0 80 80", class: "dial", role: "img", "aria-label": `${name}: ${text} of 1` },
    element("circle", { ...ring, class: "ring" }),
    element("circle", { ...arc, transform: "rotate(-90 40 40)", "stroke-linecap": "butt" }),
    element("text", { x: 40, y: 46, "text-anchor": "middle", class: "dial-text" }, text),
  );
}

/** The word for a score, which also chooses its colour. */
export function scoreWord(value: number | null): "good" | "fair" | "poor" | "unknown" {
  if (value === null) return "unknown";
  if (value >= 0.9) return "good";
  return value >= 0.6 ? "fair" : "poor";
}

/** The factors of a score in words; those that do not apply are left out. */
export function partsText({ parts }: QualityScore): string {
  const known = Object.entries(parts).filter(([, value]) => value !== null);
  return known.map(([name, value]) => `${name} ${scoreText(value)}`).join(", ");
}
