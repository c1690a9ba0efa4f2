import { Option, type Command } from "commander";
import { readWholeVideo } from "@polychron/devices";
import { unheardRecordings } from "@polychron/session/format";
import { nameStamp, SessionNotFoundError, type ErrorReport } from "@polychron/session/model";
import {
  discardSession,
  endInterrupted,
  recoverSessions,
  recoveryExitCode,
  type InterruptedSession,
  type RecoveryScan,
} from "@polychron/session/store";
import { EXIT, type SetExit } from "./exit-code.js";
import { videoConverter } from "../convert-video.js";
import { endWithoutHub } from "../record/end-without-hub.js";
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
  addSettings(command, ["recordings", "ffmpeg"]).action(
    async (ids: readonly string[], options: { choose?: Choice; json?: true }) => {
      const { recordings, ffmpeg } = configOf(command, ["recordings", "ffmpeg"], surroundings);
      const { scan, awaiting } = await withOwnedFolder(recordings, surroundings, async (owned) => {
        await requireSessions(owned, ids);
        const all = await recoverSessions({ ...owned, fence: owned.lock.fence, readVideo: readWholeVideo });
        const named = chosen(all, ids);
        if (options.choose === "discard") await discard(owned, named.interrupted);
        const isEnd = options.choose === "end";
        return { scan: named, awaiting: isEnd ? await end(owned, named.interrupted, { surroundings, ffmpeg }) : {} };
      });
      surroundings.err(countsText(scan));
      const exit_code = recoveryExitCode(scan);
      const result = { exit_code, choice: options.choose ?? null, awaiting, ...scan };
      surroundings.out(options.json ? JSON.stringify(result, undefined, 2) : scanText(scan, options.choose, awaiting));
      setExit(exit_code);
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

/** As the hub ends them. Answers of how many files that devices have announced each session waits still: the hub receives them. */
async function end(
  owned: OwnedFolder,
  interrupted: readonly InterruptedSession[],
  { surroundings, ffmpeg }: { readonly surroundings: Surroundings; readonly ffmpeg: string },
): Promise<Record<string, number>> {
  const awaiting: Record<string, number> = {};
  const convertVideo = videoConverter(ffmpeg);
  const onFault = ({ code, message, remedy }: ErrorReport): void =>
    surroundings.err(`${message} [${code}]\n  ${remedy}`);
  await withOwnStore(owned, surroundings, async (store) => {
    for (const found of interrupted) {
      const session = await endInterrupted(store, found, owned.by);
      await endWithoutHub(session, { by: owned.by, convertVideo, onFault });
      // A recording of which a device has not told what came of it counts as one file.
      const missing = session.awaited.length + unheardRecordings(session.metadata).length;
      if (session.state === "processing" && missing > 0) awaiting[found.id] = missing;
    }
  });
  return awaiting;
}

async function discard(
  { files, recordingsFolder, clock, lock }: OwnedFolder,
  interrupted: readonly InterruptedSession[],
) {
  const stamp = nameStamp(clock.utcUs(), clock.zoneOffsetMin(clock.utcUs()));
  for (const { id: sessionId } of interrupted)
    await discardSession({ files, recordingsFolder, sessionId, stamp, fence: lock.fence });
}

function countsText({ interrupted, repairs, failed, removed }: RecoveryScan): string {
  const repaired = repairs.filter(({ changed }) => changed).length;
  return `${interrupted.length} interrupted, ${repaired} repaired, ${failed.length} not recoverable, ${removed.length} leftovers removed`;
}

function scanText(scan: RecoveryScan, choice: Choice | undefined, awaiting: Readonly<Record<string, number>>): string {
  const lines = scan.interrupted.flatMap((session) => [
    `${session.id}: was ${session.foundState} ${plainText(session.name)}`.trimEnd(),
    ...session.lost.map((loss) => `  ${lossText(loss)}`),
    ...session.setAside.map((path) => `  set aside: ${path}`),
    `  ${awaitingText(awaiting[session.id]) ?? CHOSEN[choice ?? "none"]}`,
  ]);
  const failures = scan.failed.flatMap(({ id, error }) => [
    `${id}: ${error.message} [${error.code}]`,
    `  ${error.remedy}`,
  ]);
  return [...lines, ...failures].join("\n") || "No session is interrupted.";
}

function awaitingText(files: number | undefined): string | undefined {
  if (files === undefined) return undefined;
  const what = files === 1 ? "1 file that a device holds" : `${files} files that devices hold`;
  return `ended; waits for ${what}: start the hub, choose to end it there as well, and it takes them in`;
}

const CHOSEN: Readonly<Record<Choice | "none", string>> = {
  end: "ended and sealed",
  discard: "moved to the trash, .polychron/trash",
  none: "open: start the hub to continue it, or choose with --choose end or --choose discard",
};
