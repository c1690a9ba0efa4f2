import { command, type CommandKind } from "@polychron/protocol";

/** Every kind of command there is. */
export const COMMAND_KINDS: readonly CommandKind[] = command.options.map((option) => option.shape.kind.value);
