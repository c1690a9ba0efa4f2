import { QUALITY_PROCESSOR, reportSession, type ReportResult } from "@polychron/processing";
import { diskFiles } from "@polychron/session/store";
import type { DoWork, MadeItem } from "./work-messages.js";

/** The quality report, made from the session's tree alone. Throws as `reportSession`. */
export const reportWork: DoWork = async ({ recordingsFolder, sessionId, version }, onProgress) => {
  const options = { software: { name: "polychron", version }, signal: new AbortController().signal, onProgress };
  return [reportItem(await reportSession(diskFiles(), { recordingsFolder, sessionId }, options))];
};

/** What the metadata list of it. */
export function reportItem({ files }: ReportResult): MadeItem {
  return { processor: QUALITY_PROCESSOR, inputs: [], outputs: files, parameters: {} };
}
