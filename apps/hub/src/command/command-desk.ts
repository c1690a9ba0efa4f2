import { command, type Command, type CommandResult } from "@polychron/protocol";
import { errorReport, type JsonObject } from "@polychron/session/model";
import { ServiceError } from "../errors.js";
import { doneOnce } from "./done-once.js";
import { isTooDeep } from "./nesting.js";

/** A reason may repeat what was sent; no more of it than a person reads. */
const REASON_MAX = 300;

/** Who sent a command, for the log: a role and the id of the token, never its secret. */
export interface Sender {
  readonly by: string;
}

/** Does one command; what it returns is the answer's `result`. Throws what went wrong. */
export type CommandHandler = (value: Command, sender: Sender) => Promise<JsonObject>;

/** Told of every command that was done or refused, once: the audit trail. */
export type CommandWitness = (value: Command, sender: Sender, result: CommandResult) => Promise<void>;

/**
 * Where every command arrives, from page, command line and HTTP: checked by one schema, done once per `command_id`,
 * told to the witness with who and result before it is answered.
 */
export class CommandDesk {
  readonly #handle: CommandHandler;
  readonly #witness: CommandWitness;
  readonly #once = doneOnce<CommandResult>(2000);

  #isClosed = false;

  constructor(handle: CommandHandler, witness: CommandWitness) {
    this.#handle = handle;
    this.#witness = witness;
  }

  /** Never rejects: what goes wrong is in the answer. */
  async take(raw: unknown, sender: Sender): Promise<CommandResult> {
    if (isTooDeep(raw)) return invalid(raw, "it is nested too deeply");
    const parsed = command.safeParse(raw);
    if (!parsed.success) return invalid(raw, firstIssue(parsed.error.issues));
    const value = parsed.data;
    const known = this.#once.find(value.command_id);
    if (known === undefined && this.#isClosed) return refused(value.command_id, new ServiceError("HUB_STOPPING"));
    if (known === undefined) return this.#once.run(value.command_id, fingerprint(value), () => this.#do(value, sender));
    if (known.fingerprint !== "" && known.fingerprint !== fingerprint(value))
      return refused(value.command_id, new ServiceError("COMMAND_ID_REUSED", { id: value.command_id }));
    return { ...(await known.answer), repeated: true };
  }

  /** Nothing new is done from here on: the hub stops. */
  close(): void {
    this.#isClosed = true;
  }

  /** Command ids that a log proves done before this hub started: repeated, they are not done again. */
  remember(commandId: string, result: JsonObject): void {
    this.#once.remember(commandId, {
      ok: true,
      command_id: commandId,
      repeated: false,
      result: result as Record<string, never>,
    });
  }

  async #do(value: Command, sender: Sender): Promise<CommandResult> {
    const result = await this.#attempt(value, sender);
    try {
      await this.#witness(value, sender, result);
    } catch (thrown) {
      return refused(value.command_id, thrown);
    }
    return result;
  }

  async #attempt(value: Command, sender: Sender): Promise<CommandResult> {
    try {
      const result = await this.#handle(value, sender);
      return { ok: true, command_id: value.command_id, repeated: false, result: result as Record<string, never> };
    } catch (thrown) {
      return refused(value.command_id, thrown);
    }
  }
}

function refused(commandId: string, thrown: unknown): CommandResult {
  const report = errorReport(thrown);
  return { ok: false, command_id: commandId, repeated: false, error: { ...report, params: { ...report.params } } };
}

function invalid(raw: unknown, reason: string): CommandResult {
  return refused(commandIdOf(raw), new ServiceError("COMMAND_INVALID", { reason: reason.slice(0, REASON_MAX) }));
}

function commandIdOf(raw: unknown): string {
  const id: unknown =
    typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>)["command_id"] : undefined;
  return typeof id === "string" ? id.slice(0, 100) : "";
}

function firstIssue(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const issue = issues[0];
  return issue === undefined
    ? "it does not match the schema"
    : `${issue.path.map(String).join(".") || "value"}: ${issue.message}`;
}

function fingerprint(value: Command): string {
  return JSON.stringify(value);
}
