import { COMMANDS, type Command } from "./command-table.js";

/**
 * Cuts what a host sends into commands, wherever the chunks were cut. There is no framing: an unknown opcode is
 * skipped, and one whose arguments do not come swallows what follows, as on the device.
 */
export class CommandReader {
  readonly #onCommand: (opcode: number, command: Command, args: Uint8Array) => void;
  #held: readonly number[] = [];

  constructor(onCommand: (opcode: number, command: Command, args: Uint8Array) => void) {
    this.#onCommand = onCommand;
  }

  push(bytes: Uint8Array): void {
    let held = Uint8Array.from([...this.#held, ...bytes]);
    for (let used = this.#take(held); used > 0; used = this.#take(held)) held = held.subarray(used);
    this.#held = [...held];
  }

  /** The host left: what had begun is forgotten. */
  clear(): void {
    this.#held = [];
  }

  /** Bytes used from the front; 0 while a command is not whole. */
  #take(held: Uint8Array): number {
    const opcode = held[0];
    if (opcode === undefined) return 0;
    const command = COMMANDS.get(opcode);
    if (command === undefined) return 1;
    const args = held.slice(1);
    const count = command.argumentBytes(args);
    if (count === undefined || args.length < count) return 0;
    this.#onCommand(opcode, command, args.subarray(0, count));
    return 1 + count;
  }
}
