import type { Command } from "commander";
import { withOwnedFolder } from "./owned-folder.js";
import { withOwnStore } from "./owned-store.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";

/** `polychron sessions reopen`: a completed session goes on in a new epoch; what is sealed stays as it is. */
export function addReopenCommand(sessions: Command, surroundings: Surroundings): void {
  const command = sessions
    .command("reopen")
    .description("open a completed session again; the hub offers it to go on with when it starts")
    .argument("<session>", "the session's id")
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings"]).action(async (id: string, options: { json?: true }) => {
    const { recordings } = configOf(command, ["recordings"], surroundings);
    const status = await withOwnedFolder(recordings, surroundings, (owned) =>
      withOwnStore(owned, surroundings, async (store) => (await store.reopen(id, { by: owned.by })).state),
    );
    const result = { ok: true, session_id: id, status };
    surroundings.out(
      options.json ? JSON.stringify(result) : `${id} is ${status} again; start the hub to go on with it.`,
    );
  });
}
