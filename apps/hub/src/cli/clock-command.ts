import type { Command } from "commander";
import { addAnalyzeCommand } from "./clock-analyze.js";
import type { Surroundings } from "./surroundings.js";

/** `polychron clock …`: device clocks from recordings. */
export function addClockCommand(program: Command, surroundings: Surroundings): void {
  const clock = program.command("clock").description("look at device clocks in recordings");
  clock.action(() => clock.help());
  addAnalyzeCommand(clock, surroundings);
}
