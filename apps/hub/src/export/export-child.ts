import { exportSession } from "@polychron/export";
import { errorReport } from "@polychron/session/model";
import { diskFiles } from "@polychron/session/store";
import type { ExportReply, ExportRequest } from "./export-messages.js";

/** The export process: takes one request from the hub, answers with progress and the result, and ends. */
export function serveOneExport(): void {
  process.once("message", (request: ExportRequest) => void run(request).finally(() => process.disconnect()));
}

async function run({ recordingsFolder, sessionId, formats, version }: ExportRequest): Promise<void> {
  try {
    const result = await exportSession(
      diskFiles(),
      { recordingsFolder, sessionId },
      {
        formats,
        software: { name: "polychron", version },
        onProgress: ({ format, rowsDone, rowsTotal }) => {
          const before = formats.indexOf(format);
          say({ kind: "progress", progress: (before + rowsDone / Math.max(1, rowsTotal)) / formats.length });
        },
      },
    );
    say({ kind: "done", result });
  } catch (thrown) {
    say({ kind: "failed", error: errorReport(thrown) });
  }
}

function say(reply: ExportReply): void {
  process.send?.(reply);
}
