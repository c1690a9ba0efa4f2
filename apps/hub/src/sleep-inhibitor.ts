import { spawn, type ChildProcess } from "node:child_process";
import { ServiceError } from "./errors.js";

/** A program that keeps the computer awake until its standard input ends: so it ends with the hub, however the hub ends. */
export interface AwakeProgram {
  readonly program: string;
  readonly args: readonly string[];
}

/** What a sleep inhibitor lives on. */
export interface SleepInhibitorParts {
  readonly platform: NodeJS.Platform;
  /** Where programs are looked for (`PATH`). */
  readonly env: NodeJS.ProcessEnv;
  /** Hears once that this computer may go to sleep while it records (`SLEEP_NOT_INHIBITED`). */
  onWarning(warning: ServiceError): void;
}

/** ES_CONTINUOUS | ES_SYSTEM_REQUIRED (winbase.h): in force while the thread that said so lives. */
const STAY_AWAKE = 0x8000_0001;
const WINDOWS_SCRIPT = [
  `$code = '[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint flags);'`,
  "$power = Add-Type -MemberDefinition $code -Name Power -Namespace Polychron -PassThru",
  `if ($power::SetThreadExecutionState([uint32]${STAY_AWAKE}) -eq 0) { exit 1 }`,
  "[void][Console]::In.ReadToEnd()",
].join("; ");
const LAST_WORDS_CHARS = 200;

const WHY = ["--who=Polychron", "--why=A recording is running"];
const PROGRAMS: Readonly<Partial<Record<NodeJS.Platform, AwakeProgram>>> = {
  linux: { program: "systemd-inhibit", args: ["--what=idle:sleep", "--mode=block", ...WHY, "cat"] },
  darwin: { program: "caffeinate", args: ["-i", "-s", "cat"] },
  win32: { program: "powershell.exe", args: ["-NoProfile", "-NonInteractive", "-Command", WINDOWS_SCRIPT] },
};

/** The program that keeps a computer of this system awake; undefined where none is known. */
export function awakeProgram(platform: NodeJS.Platform): AwakeProgram | undefined {
  return PROGRAMS[platform];
}

/** Keeps this computer awake while something is recorded. Where it cannot, that is said once, and everything goes on. */
export class SleepInhibitor {
  readonly #parts: SleepInhibitorParts;
  #holds = 0;
  #running: ChildProcess | undefined;
  #hasWarned = false;

  constructor(parts: SleepInhibitorParts) {
    this.#parts = parts;
  }

  /** From now on the computer stays awake, until everybody who said so has called what this returns; never throws. */
  readonly hold = (): (() => void) => {
    let isHeld = true;
    this.#holds += 1;
    if (this.#holds === 1) this.#begin();
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holds -= 1;
      if (this.#holds === 0) this.close();
    };
  };

  /** The computer may sleep, whoever holds it; idempotent. */
  close(): void {
    const child = this.#running;
    this.#running = undefined;
    child?.stdin?.end();
    child?.kill();
  }

  #begin(): void {
    const known = awakeProgram(this.#parts.platform);
    if (known === undefined) return this.#warn(`no way is known on ${this.#parts.platform}`);
    try {
      const { env } = this.#parts;
      const child = spawn(known.program, known.args, { stdio: ["pipe", "ignore", "pipe"], windowsHide: true, env });
      this.#running = child;
      this.#listen(child, known.program);
    } catch (thrown) {
      this.#warn(`${known.program} cannot be started`, thrown);
    }
  }

  #listen(child: ChildProcess, program: string): void {
    let words = "";
    const lost = (reason: string, cause?: unknown): void => {
      if (this.#running !== child) return;
      this.#running = undefined;
      this.#warn(reason, cause);
    };
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (words = (words + text).slice(-LAST_WORDS_CHARS)));
    child.stdin?.on("error", (cause) => lost(`${program} has ended`, cause));
    child.on("error", (cause) => lost(`${program} cannot be started`, cause));
    child.on("close", (code, signal) => lost(`${program} ended with ${signal ?? code}: ${words.trim() || "no word"}`));
  }

  #warn(reason: string, cause?: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#parts.onWarning(new ServiceError("SLEEP_NOT_INHIBITED", { reason }, cause));
  }
}
