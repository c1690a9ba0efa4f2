import { PAIR_PATH } from "@polychron/protocol";
import { z } from "zod";
import { ServiceError } from "../../errors.js";

const ANSWER_WITHIN_MS = 10_000;
const paired = z.object({ token: z.string().min(1) });

/** Turns a one-time code into the token under which a phone speaks to its hub. Throws `SIMULATION_FAILED`. */
export async function pairPhone(
  hub: string,
  pairing: { readonly code: string; readonly name: string },
): Promise<string> {
  try {
    const response = await fetch(new URL(PAIR_PATH, hub), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(pairing),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the hub answered ${response.status}: ${text}`);
    return paired.parse(JSON.parse(text)).token;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ServiceError("SIMULATION_FAILED", { what: `pair the phone with ${hub}`, reason }, cause);
  }
}
