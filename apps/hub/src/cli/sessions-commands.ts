import type { Command } from "commander";
import type { SetExit } from "./exit-code.js";
import { addCheckCommand } from "./sessions-check.js";
import { addListCommand } from "./sessions-list.js";
import { addRecoverCommand } from "./sessions-recover.js";
import { addReopenCommand } from "./sessions-reopen.js";
import { addRepairCommand } from "./sessions-repair.js";
import { addShowCommand } from "./sessions-show.js";
import type { Surroundings } from "./surroundings.js";

/** `polychron sessions …`: what can be done with sessions on disk without the hub's page. */
export function addSessionsCommands(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const sessions = program.command("sessions").description("list, show, check, repair, recover and reopen sessions");
  sessions.action(() => sessions.help());
  addListCommand(sessions, surroundings);
  addShowCommand(sessions, surroundings);
  addCheckCommand(sessions, surroundings, setExit);
  addRepairCommand(sessions, surroundings, setExit);
  addRecoverCommand(sessions, surroundings, setExit);
  addReopenCommand(sessions, surroundings);
}
