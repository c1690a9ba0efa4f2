import { z } from "zod";

/** What a phone posts to `PAIR_PATH`. */
export const pairRequest = z.strictObject({
  code: z.string().min(1).max(40).describe("the one-time code that the hub's page shows"),
  name: z.string().trim().min(1).max(100).describe("what the phone calls itself, for people"),
});
export type PairRequest = z.infer<typeof pairRequest>;

/** The hub's answer, HTTP 200. */
export const pairAnswer = z.strictObject({
  token: z.string().describe("what lets this phone in; told once"),
  expires_at: z.iso.datetime().describe("until when it does"),
});
export type PairAnswer = z.infer<typeof pairAnswer>;
