import { programFile } from "@polychron/hub";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** `polychron emulate phone` in a process of its own, as somebody without a phone starts it. */
export class EmulatedPhoneProcess {
  /** Under which id the hub knows it. */
  readonly device: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, device: string) {
    this.#child = child;
    this.device = device;
  }

  /** Resolves when it has joined the hub at `url` by its one-time code. */
  static async join(url: string, code: string): Promise<EmulatedPhoneProcess> {
    const args = [programFile("bin/polychron.mjs"), "emulate", "phone", "--hub", url, "--code", code];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    for await (const line of createInterface({ input: child.stdout })) {
      const device = /is (phone_\d+)/.exec(line)?.[1];
      if (device !== undefined) return new EmulatedPhoneProcess(child, device);
    }
    throw new Error(`The emulated phone did not join: ${errors}`);
  }

  /** Ends it; `SIGKILL` is a phone that falls into water. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill(signal);
    await ended;
  }
}
