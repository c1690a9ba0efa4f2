import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PYTHON } from "../export/python.js";

/** One line that examples/phone.py prints. */
export interface PhoneLine {
  readonly what: string;
  readonly [fact: string]: unknown;
}

/** examples/phone.py in a process of its own, and what it has said so far. */
export class PhoneProcess {
  readonly lines: PhoneLine[] = [];
  readonly #child: ChildProcess;
  readonly #heard = new Set<() => void>();
  #errors = "";

  /** Pairs with the hub at `url` by its one-time code; keeps its files in `folder`. */
  constructor(url: string, code: string, folder: string) {
    const script = join(import.meta.dirname, "../../examples/phone.py");
    const env = { ...process.env, TMPDIR: folder };
    this.#child = spawn(PYTHON, ["-B", script, url, code], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr!.on("data", (chunk: Buffer) => (this.#errors += chunk.toString()));
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      this.lines.push(JSON.parse(line) as PhoneLine);
      for (const look of this.#heard) look();
    });
    this.#child.once("exit", () => {
      for (const look of this.#heard) look();
    });
  }

  /** The first line of a kind; rejects when the script ends, or says nothing of it for `withinMs`. */
  said(what: string, withinMs = 20_000): Promise<PhoneLine> {
    return new Promise((resolve, reject) => {
      const done = (end: () => void): void => {
        clearTimeout(limit);
        this.#heard.delete(look);
        end();
      };
      const fail = (why: string): void =>
        done(() => reject(new Error(`${why}; it said ${JSON.stringify(this.lines)} ${this.#errors}`)));
      const look = (): void => {
        const line = this.lines.find((candidate) => candidate.what === what);
        if (line !== undefined) done(() => resolve(line));
        else if (this.#child.exitCode !== null) fail(`The phone ended before it said '${what}'`);
      };
      const limit = setTimeout(() => fail(`The phone did not say '${what}' within ${withinMs} ms`), withinMs);
      this.#heard.add(look);
      look();
    });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }
}
