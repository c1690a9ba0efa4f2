import {
  CUES_PROCESSOR,
  findCues,
  QUALITY_PROCESSOR,
  reportSession,
  type CueSearchOptions,
  type ReportPlace,
  type ReportResult,
} from "@polychron/processing";
import { errorReport, HubError } from "@polychron/session/model";
import { diskFiles } from "@polychron/session/store";
import type { DoWork, MadeItem } from "./work-messages.js";

/** Cues and quality report, made from the session's tree alone. Throws as `reportSession`. */
export const reportWork: DoWork = async ({ recordingsFolder, sessionId, version, ffmpeg }, onProgress) => {
  const software = { name: "polychron", version };
  const options = { software, ffmpeg, signal: new AbortController().signal, onProgress };
  return (await reportWithCues({ recordingsFolder, sessionId }, options)).made;
};

/**
 * Finds the session's cues, then judges it, cues and all. Cues that cannot be searched for (a program is missing) do not keep a
 * session from its report: they are the item that failed. Throws as `reportSession`.
 */
export async function reportWithCues(
  place: ReportPlace,
  options: CueSearchOptions & { readonly onProgress?: (progress: number) => void },
): Promise<{ readonly made: MadeItem[]; readonly result: ReportResult }> {
  const cues = await cuesItem(place, options);
  const result = await reportSession(diskFiles(), place, options);
  const report = { processor: QUALITY_PROCESSOR, inputs: [], outputs: result.files, parameters: {} };
  return { made: [...cues, report], result };
}

/** Nothing for a session without cues. */
async function cuesItem(place: ReportPlace, options: CueSearchOptions): Promise<MadeItem[]> {
  const item = { processor: CUES_PROCESSOR, inputs: [], outputs: [], parameters: {} };
  try {
    const { file } = await findCues(diskFiles(), place, options);
    return file === null ? [] : [{ ...item, outputs: [file] }];
  } catch (thrown) {
    if (!(thrown instanceof HubError) || options.signal.aborted) throw thrown;
    return [{ ...item, error: errorReport(thrown) }];
  }
}
