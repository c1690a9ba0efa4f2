import { SYNCHRONIZE_PROCESSOR, synchronizeSession, type SynchronizeResult } from "@polychron/processing";
import { diskFiles } from "@polychron/session/store";
import type { DoWork, MadeItem } from "./work-messages.js";

/** All streams on one time base of `parameters.rate_hz`. Throws as `synchronizeSession`. */
export const synchronizeWork: DoWork = async ({ recordingsFolder, sessionId, parameters, version }, onProgress) => {
  const result = await synchronizeSession(
    diskFiles(),
    { recordingsFolder, sessionId },
    { rateHz: parameters["rate_hz"] as number, software: { name: "polychron", version }, onProgress },
  );
  return [synchronizedItem(result)];
};

/** What the metadata list of it. */
export function synchronizedItem({ rateHz, inputs, outputs }: SynchronizeResult): MadeItem {
  return {
    processor: SYNCHRONIZE_PROCESSOR,
    inputs,
    outputs: outputs.map(({ path, sha256 }) => ({ path, sha256 })),
    parameters: { rate_hz: rateHz },
  };
}
