import { Option, type Command } from "commander";
import { nameStamp, SessionNotFoundError } from "@polychron/session/model";
import {
  discardSession,
  endInterrupted,
  recoverSessions,
  recoveryExitCode,
  type InterruptedSession,
  type RecoveryScan,
} from "@polychron/session/store";
import { EXIT, type SetExit } from "./exit-code.js";
import { lossText } from "../record/loss-text.js";
import { withOwnedFolder, type OwnedFolder } from "./owned-folder.js";
import { withOwnStore } from "./owned-store.js";
import { everyId } from "./session-ids.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";
import { plainText } from "./text-table.js";

type Choice = "end" | "discard";

/** `polychron sessions recover`: what a crash left open is put right; what then happens to it is the person's choice. */
export function addRecoverCommand(sessions: Command, surroundings: Surroundings, setExit: SetExit): void {
  const codes = `ends with ${EXIT.lossDeclared} if something was lost, ${EXIT.failed} if a session cannot be recovered`;
  const command = sessions
    .command("recover")
    .description(`repair sessions that a crash left open, and say what was lost; ${codes}`)
    .argument("[session...]", "ids of the sessions to tell of and to choose for; without one, all")
    .addOption(
      new Option("--choose <choice>", "what to do with them; to continue one, start the hub").choices([
        "end",
        "discard",
      ]),
    )
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings"]).action(
    async (ids: readonly string[], options: { choose?: Choice; json?: true }) => {
      const { recordings } = configOf(command, ["recordings"], surroundings);
      const scan = await withOwnedFolder(recordings, surroundings, async (owned) => {
        await requireSessions(owned, ids);
        const found = chosen(await recoverSessions({ ...owned, fence: owned.lock.fence }), ids);
        if (options.choose !== undefined) await decide(owned, found.interrupted, options.choose, surroundings);
        return found;
      });
      surroundings.err(countsText(scan));
      const result = { exit_code: recoveryExitCode(scan), choice: options.choose ?? null, ...scan };
      surroundings.out(options.json ? JSON.stringify(result, undefined, 2) : scanText(scan, options.choose));
      setExit(recoveryExitCode(scan));
    },
  );
}

async function requireSessions({ files, recordingsFolder }: OwnedFolder, ids: readonly string[]): Promise<void> {
  const known = await everyId(files, recordingsFolder);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) throw new SessionNotFoundError(unknown);
}

/** What concerns the sessions that were named; without a name, everything. */
function chosen(scan: RecoveryScan, ids: readonly string[]): RecoveryScan {
  if (ids.length === 0) return scan;
  return {
    ...scan,
    interrupted: scan.interrupted.filter(({ id }) => ids.includes(id)),
    repairs: scan.repairs.filter(({ session }) => ids.includes(session)),
    failed: scan.failed.filter(({ id }) => ids.includes(id)),
  };
}

async function decide(
  owned: OwnedFolder,
  interrupted: readonly InterruptedSession[],
  choice: Choice,
  surroundings: Surroundings,
): Promise<void> {
  const { files, recordingsFolder, clock, lock, by } = owned;
  if (choice === "end") {
    await withOwnStore(owned, surroundings, async (store) => {
      for (const session of interrupted) await endInterrupted(store, session, by);
    });
    return;
  }
  const stamp = nameStamp(clock.utcUs(), clock.zoneOffsetMin(clock.utcUs()));
  for (const { id: sessionId } of interrupted)
    await discardSession({ files, recordingsFolder, sessionId, stamp, fence: lock.fence });
}

function countsText({ interrupted, repairs, failed, removed }: RecoveryScan): string {
  const repaired = repairs.filter(({ changed }) => changed).length;
  return `${interrupted.length} interrupted, ${repaired} repaired, ${failed.length} not recoverable, ${removed.length} leftovers removed`;
}

function scanText(scan: RecoveryScan, choice: Choice | undefined): string {
  const lines = scan.interrupted.flatMap((session) => [
    `${session.id}: was ${session.foundState} ${plainText(session.name)}`.trimEnd(),
    ...session.lost.map((loss) => `  ${lossText(loss)}`),
    ...session.setAside.map((path) => `  set aside: ${path}`),
    `  ${CHOSEN[choice ?? "none"]}`,
  ]);
  const failures = scan.failed.flatMap(({ id, error }) => [
    `${id}: ${error.message} [${error.code}]`,
    `  ${error.remedy}`,
  ]);
  return [...lines, ...failures].join("\n") || "No session is interrupted.";
}

const CHOSEN: Readonly<Record<Choice | "none", string>> = {
  end: "ended and sealed",
  discard: "moved to the trash, .polychron/trash",
  none: "open: start the hub to continue it, or choose with --choose end or --choose discard",
};
