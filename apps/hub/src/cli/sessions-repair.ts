import type { Command } from "commander";
import { readWholeVideo } from "@polychron/devices";
import { repairSession, type RepairReport } from "@polychron/session/store";
import { EXIT, type SetExit } from "./exit-code.js";
import { lossText } from "../record/loss-text.js";
import { withOwnedFolder } from "./owned-folder.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";

/** `polychron sessions repair`: log, metadata and files say the same again. */
export function addRepairCommand(sessions: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = sessions
    .command("repair")
    .description(
      `rebuild metadata and cut torn tails (kept in recovered/); ends with ${EXIT.lossDeclared} if something was lost`,
    )
    .argument("<session...>", "ids of sessions")
    .option("--json", "print the reports as JSON");
  addSettings(command, ["recordings"]).action(async (ids: readonly string[], options: { json?: true }) => {
    const { recordings } = configOf(command, ["recordings"], surroundings);
    const reports = await withOwnedFolder(
      recordings,
      surroundings,
      async ({ files, recordingsFolder, clock, lock }) => {
        const done: RepairReport[] = [];
        for (const sessionId of ids) {
          const place = { files, recordingsFolder, sessionId, clock, fence: lock.fence };
          const report = await repairSession({ ...place, readVideo: readWholeVideo });
          done.push(report);
          if (!options.json) surroundings.out(repairText(report));
        }
        return done;
      },
    );
    const isWhole = reports.every(({ lost }) => lost.length === 0);
    if (options.json) surroundings.out(JSON.stringify({ ok: isWhole, sessions: reports }, undefined, 2));
    setExit(isWhole ? EXIT.good : EXIT.lossDeclared);
  });
}

function repairText(report: RepairReport): string {
  if (!report.changed) return `${report.session}: nothing to repair`;
  return [
    `${report.session}: repaired, ${report.status}`,
    `  metadata ${report.metadata}`,
    ...report.registered.map((path) => `  registered ${path}`),
    ...report.logParts.map((path) => `  closed again ${path}`),
    ...report.foldersMade.map((path) => `  made ${path}/`),
    ...report.removed.map((path) => `  removed ${path}`),
    ...report.setAside.map(({ from, path, sizeBytes }) => `  ${sizeBytes} bytes of ${from} lie in ${path} now`),
    ...report.unfinished.map((path) => `  still unfinished ${path}`),
    ...report.lost.map((loss) => `  ${lossText(loss)}`),
  ].join("\n");
}
