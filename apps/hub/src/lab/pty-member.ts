import type { OrderedFault, Transport } from "@polychron/devices";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ServiceError } from "../errors.js";
import { programFile } from "../program-file.js";
import type { ChildReply, ChildRequest } from "./emulator-messages.js";
import { candidateOf, truthPath, type LabMember, type MemberOptions } from "./member.js";

const ANSWER_WITHIN_MS = 15_000;

/** An emulated device in a process of its own behind a kernel pty: the hub meets it as it meets a real serial port. */
export class PtyMember implements LabMember {
  readonly number: number;
  readonly candidate;
  readonly truthPath: string;
  readonly #child: ChildProcess;

  private constructor(options: MemberOptions, link: string, child: ChildProcess) {
    this.number = options.number;
    this.candidate = candidateOf(options, link);
    this.truthPath = truthPath(options);
    this.#child = child;
  }

  /** Throws `SIMULATION_FAILED` (with the emulator's own message, such as a missing socat). */
  static async start(options: MemberOptions): Promise<PtyMember> {
    const link = join(options.folder, `shimmer_${options.number}`);
    const child = fork(programFile("bin/emulator-child.mjs"), [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    const member = new PtyMember(options, link, child);
    try {
      const { seed, macSuffix, driftPpm } = options;
      await member.#ask({ kind: "start", link, seed, macSuffix, driftPpm, truthPath: member.truthPath });
      return member;
    } catch (thrown) {
      child.kill();
      throw thrown;
    }
  }

  transport(): Transport | undefined {
    return undefined;
  }

  order(fault: OrderedFault): Promise<void> {
    return this.#ask({ kind: "order", fault });
  }

  async close(): Promise<void> {
    if (!this.#child.connected) return;
    const ended = once(this.#child, "exit");
    await this.#ask({ kind: "close" });
    await ended;
  }

  /** One request at a time; the child answers each. */
  #ask(request: ChildRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => settle(failed(request.kind, "it gives no answer")), ANSWER_WITHIN_MS);
      const settle = (error?: Error): void => {
        clearTimeout(limit);
        this.#child.off("message", onReply);
        this.#child.off("exit", onExit);
        if (error === undefined) resolve();
        else reject(error);
      };
      const onReply = (reply: ChildReply): void =>
        settle(reply.ok ? undefined : failed(request.kind, `${reply.error.message} ${reply.error.remedy}`));
      const onExit = (): void => settle(failed(request.kind, "its process has ended"));
      this.#child.once("message", onReply);
      this.#child.once("exit", onExit);
      this.#child.send(request, (cause) => cause && settle(failed(request.kind, cause.message)));
    });
  }
}

function failed(kind: string, reason: string): ServiceError {
  return new ServiceError("SIMULATION_FAILED", { what: `${kind} an emulated device`, reason });
}
