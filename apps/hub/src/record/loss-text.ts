import type { Json } from "@polychron/session/model";
import { z } from "zod";

const streamLoss = z.looseObject({
  device: z.string(),
  stream: z.string(),
  missing: z.number(),
  tail_at_most_s: z.number(),
  tail_at_most_samples: z.number().nullable(),
});

/** One loss in words: exact where the device's numbering tells, a bound where it does not. */
export function lossText(loss: Json): string {
  const parsed = streamLoss.safeParse(loss);
  if (!parsed.success) return typeof loss === "string" ? loss : JSON.stringify(loss);
  const { device, stream, missing, tail_at_most_s: tailS, tail_at_most_samples: tail } = parsed.data;
  const inside = missing === 0 ? "nothing is missing inside" : `${missing} samples are missing inside`;
  const behind = tail === null ? `at most ${tailS} s` : `at most ${tail} samples (${tailS} s)`;
  return `${device} ${stream}: ${inside}; behind the last one ${behind} were lost`;
}
