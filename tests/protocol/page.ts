import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PHONE_MESSAGES, phoneRefusal, pairAnswer, pairRequest } from "@polychron/protocol";
import type { z } from "zod";

/** docs/protocol.md as it stands. */
export const PAGE = readFileSync(join(import.meta.dirname, "../../docs/protocol.md"), "utf8");

/** One JSON example of the page: what its fence says it is (`start answer`), and its value. */
export interface Example {
  readonly what: string;
  readonly value: unknown;
}

/** The JSON examples of the page, in order. */
export const EXAMPLES: readonly Example[] = fences("json").map(({ what, text }) => ({ what, value: JSON.parse(text) }));

/** Every schema that a phone meets, by what an example's fence calls it. */
export const SCHEMAS: ReadonlyMap<string, z.ZodType> = new Map([
  ["pair", pairRequest],
  ["pair-answer", pairAnswer],
  ["refusal", phoneRefusal],
  ...PHONE_MESSAGES.flatMap(({ name, value, answer }): [string, z.ZodType][] => [
    ...(value === "bytes" ? [] : [[name, value] as [string, z.ZodType]]),
    ...(answer === null ? [] : [[`${name} answer`, answer] as [string, z.ZodType]]),
  ]),
]);

/** The code blocks of one language: what stands behind the language, and the text. */
export function fences(language: string): { readonly what: string; readonly text: string }[] {
  const pattern = new RegExp(`^ *\`\`\`${language}\\b ?(.*)\\n([^]*?)^ *\`\`\`$`, "gm");
  return [...PAGE.matchAll(pattern)].map(([, what, text]) => ({ what: what!, text: text! }));
}
