import { errorReport } from "@polychron/session/model";
import { exportWork } from "./export-work.js";
import { reportWork } from "./report-work.js";
import { synchronizeWork } from "./synchronize-work.js";
import type { DoWork, WorkKind, WorkReply, WorkRequest } from "./work-messages.js";

const WORK: Readonly<Record<WorkKind, DoWork>> = {
  export: exportWork,
  synchronize: synchronizeWork,
  report: reportWork,
};

/** The work process: takes one request from the hub, answers with progress and the result, and ends. */
export function serveOneWork(): void {
  // A hub that is gone leaves its folder to the next one: nobody may write there for it any more.
  const giveUp = (): never => process.exit(1);
  process.once("disconnect", giveUp);
  process.once("message", (request: WorkRequest) => {
    void run(request).finally(() => {
      process.off("disconnect", giveUp);
      process.disconnect();
    });
  });
}

async function run(request: WorkRequest): Promise<void> {
  try {
    const made = await WORK[request.kind](request, (progress) => say({ kind: "progress", progress }));
    say({ kind: "done", made });
  } catch (thrown) {
    say({ kind: "failed", error: errorReport(thrown) });
  }
}

function say(reply: WorkReply): void {
  process.send?.(reply);
}
