import type { Command } from "commander";
import { addEmulatePhone } from "./emulate-phone.js";
import { addEmulateShimmer } from "./emulate-shimmer.js";
import type { Surroundings } from "./surroundings.js";

/** `polychron emulate …`: a device made of code, until it is told to stop. */
export function addEmulateCommand(program: Command, surroundings: Surroundings): void {
  const emulate = program
    .command("emulate")
    .description("run an emulated device that a hub meets as it meets a real one");
  emulate.action(() => emulate.help());
  addEmulateShimmer(emulate, surroundings);
  addEmulatePhone(emulate, surroundings);
}
