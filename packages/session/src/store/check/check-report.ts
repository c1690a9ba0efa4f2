import { z } from "zod";
import { joinPath, QUALITY_REPORT_FILE, qualityReport } from "../../format/index.js";
import { readWhole, type FileSystem } from "../files.js";
import { finding, type Finding } from "./finding.js";

/** Whether the quality report, where there is one, is what its schema says. */
export async function checkReport(files: FileSystem, folder: string): Promise<Finding[]> {
  const path = joinPath(folder, QUALITY_REPORT_FILE);
  if ((await files.facts(path))?.kind !== "file") return [];
  const reason = fault(new TextDecoder().decode(await readWhole(files, path)));
  return reason === undefined ? [] : [finding("REPORT_BROKEN", QUALITY_REPORT_FILE, reason)];
}

function fault(text: string): string | undefined {
  try {
    const read = qualityReport.safeParse(JSON.parse(text));
    return read.success ? undefined : z.prettifyError(read.error).split("\n").slice(0, 2).join(" ");
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return thrown.message;
    throw thrown;
  }
}
