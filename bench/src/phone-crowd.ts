import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What the crowd's process is told. */
export type CrowdOrder =
  | {
      readonly kind: "join";
      readonly url: string;
      readonly tokens: readonly string[];
      /** Whether blocks are kept until they are stored: a bare server never says so. */
      readonly keeps: boolean;
    }
  | { readonly kind: "count" }
  | { readonly kind: "leave" };

/** What all phones together have sent since they joined, in blocks. */
export interface CrowdCounts {
  readonly sent: number;
  readonly sentAgain: number;
  readonly refused: number;
}

/** What the crowd's process answers. */
export type CrowdAnswer = ({ readonly ok: true } & CrowdCounts) | { readonly ok: false; readonly reason: string };

/** Emulated phones, all in one process of their own. */
export class PhoneCrowd {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(fileURLToPath(new URL("./phone-crowd-child.js", import.meta.url)));
  }

  /** Resolves when every phone was welcomed. */
  join(hub: { url: string; keeps: boolean }, tokens: readonly string[]): Promise<CrowdCounts> {
    return this.#ask({ kind: "join", ...hub, tokens });
  }

  count(): Promise<CrowdCounts> {
    return this.#ask({ kind: "count" });
  }

  leave(): Promise<CrowdCounts> {
    return this.#ask({ kind: "leave" });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }

  async #ask(order: CrowdOrder): Promise<CrowdCounts> {
    const answered = once(this.#child, "message");
    this.#child.send(order);
    const [answer] = (await answered) as [CrowdAnswer];
    if (!answer.ok) throw new Error(answer.reason);
    return answer;
  }
}
