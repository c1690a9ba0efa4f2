import { en, type Catalogue } from "./en.js";

const CATALOGUES: Readonly<Record<string, Catalogue>> = { en };

/** The texts for the first of the browser's languages that there is; English else. */
export function chooseCatalogue(languages: readonly string[]): Catalogue {
  for (const language of languages) {
    const found = CATALOGUES[language.slice(0, 2).toLowerCase()];
    if (found !== undefined) return found;
  }
  return en;
}

export type { Catalogue } from "./en.js";
