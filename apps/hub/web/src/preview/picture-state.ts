import type { Catalogue } from "../catalogue/choose.js";
import { spanText } from "../format.js";
import type { ShownPicture } from "./preview-feed.js";

/** A preview has several pictures a second; a silence longer than this is said. */
export const SILENCE_S = 3;

/** What must be said about a picture; empty while it is live. `nowUs` is hub time. */
export function pictureNote(
  { atUs, isBroken }: ShownPicture,
  nowUs: number | null,
  texts: Catalogue["cameras"],
): string {
  if (isBroken) return texts.broken;
  if (atUs === null) return texts.noneYet;
  const ageS = nowUs === null ? 0 : (nowUs - atUs) / 1e6;
  return ageS > SILENCE_S ? texts.noneFor(spanText(ageS)) : "";
}
