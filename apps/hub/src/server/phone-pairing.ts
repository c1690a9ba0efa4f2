import { PAIR_PATH, pairRequest, plainReason, type PairAnswer } from "@polychron/protocol";
import type { FastifyInstance } from "fastify";
import { ServiceError } from "../errors.js";
import type { Pairing } from "../security/pairing.js";

/** Where a phone turns the code that its owner reads from the operator's screen into its token; the code takes the token's place. */
export function addPairing(app: FastifyInstance, pairing: Pick<Pairing, "redeem">): void {
  app.post(PAIR_PATH, async (request): Promise<PairAnswer> => {
    const parsed = pairRequest.safeParse(request.body);
    if (!parsed.success) throw new ServiceError("REQUEST_INVALID", { reason: plainReason(parsed.error) });
    const { token, expiresAt } = await pairing.redeem(parsed.data.code, parsed.data.name);
    return { token, expires_at: expiresAt };
  });
}
