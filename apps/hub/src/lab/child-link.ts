import type { ErrorReport } from "@polychron/session/model";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ServiceError } from "../errors.js";
import { programFile } from "../program-file.js";

/** What a child answers to every request. */
export type ChildReply<Result = unknown> =
  { readonly ok: true; readonly result?: Result } | { readonly ok: false; readonly error: ErrorReport };

const ANSWER_WITHIN_MS = 15_000;

/** A process of an emulated device, asked one thing after another. */
export class ChildLink<Request extends { readonly kind: string }> {
  readonly #child: ChildProcess;
  #last: Promise<unknown> = Promise.resolve();

  /** Starts a program of `apps/hub`, such as `bin/emulator-child.mjs`. */
  constructor(program: string) {
    this.#child = fork(programFile(program), [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  }

  /** Asks when everything before is answered. Throws `SIMULATION_FAILED` with the child's own message, or that none came. */
  ask<Result = unknown>(request: Request, withinMs = ANSWER_WITHIN_MS): Promise<Result> {
    const answer = this.#last.then(() => this.#ask<Result>(request, withinMs));
    this.#last = answer.catch(() => undefined); // whoever asked is told
    return answer;
  }

  /** Asks for the end and waits for it; at once where the process has ended already. Throws as `ask`. */
  async end(request: Request): Promise<void> {
    if (!this.#child.connected) return;
    const ended = once(this.#child, "exit");
    await this.ask(request);
    await ended;
  }

  kill(): void {
    this.#child.kill();
  }

  #ask<Result>(request: Request, withinMs: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => settle(() => reject(failed(request.kind, reason)));
      const limit = setTimeout(() => fail(`it gives no answer within ${withinMs} ms`), withinMs);
      const settle = (tell: () => void): void => {
        clearTimeout(limit);
        this.#child.off("message", onReply);
        this.#child.off("exit", onExit);
        tell();
      };
      const onReply = (reply: ChildReply<Result>): void =>
        reply.ok ? settle(() => resolve(reply.result as Result)) : fail(`${reply.error.message} ${reply.error.remedy}`);
      const onExit = (): void => fail("its process has ended");
      this.#child.once("message", onReply);
      this.#child.once("exit", onExit);
      this.#child.send(request, (cause) => cause && fail(cause.message));
    });
  }
}

function failed(kind: string, reason: string): ServiceError {
  return new ServiceError("SIMULATION_FAILED", { what: `${kind} an emulated device`, reason });
}
