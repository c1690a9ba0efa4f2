import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Timers } from "../timing.js";
import { PIPE } from "./capture-arguments.js";
import { LineSplitter } from "./lines.js";

/** Starts a capture program with the six pipes of `PIPE`; a test or the lab hands in one of its own. */
export type SpawnCapture = (program: string, args: readonly string[]) => ChildProcess;

/** What a running capture program sends. */
export interface CaptureEvents {
  onVideo(bytes: Uint8Array): void;
  onTimes(text: string): void;
  onProgress(text: string): void;
  onPreview(bytes: Uint8Array): void;
  /** It has ended and everything it sent has been handed over. */
  onEnd(end: CaptureEnd): void;
}

/** How a capture program ended. */
export interface CaptureEnd {
  /** Its last words. */
  readonly lines: readonly string[];
  /** In words, for when it said nothing. */
  readonly how: string;
  /** The program could not be started because it is not there. */
  readonly isMissing: boolean;
}

/** One who was asked to stop has this long; the hub itself must be gone within 5 s. */
const QUIT_WITHIN_MS = 4_000;
const KEPT_LINES = 60;

/** Starts the real program. */
export const spawnCapture: SpawnCapture = (program, args) =>
  spawn(program, args, { stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", "pipe"], windowsHide: true });

/** One run of the capture program: its pipes, its last words, its end. It ends with the hub, for then its pipes break. */
export class CaptureProcess {
  readonly #child: ChildProcess;
  readonly #timers: Timers;
  readonly #lines: string[] = [];
  readonly #ended: Promise<void>;
  #failure: NodeJS.ErrnoException | undefined;
  #cancelKill: () => void = () => undefined;

  constructor(child: ChildProcess, timers: Timers, events: CaptureEvents) {
    this.#child = child;
    this.#timers = timers;
    this.#listen(events);
    this.#ended = new Promise((resolve) => child.once("close", () => resolve()));
    // One that waits for a camera which delivers nothing writes nothing, and so does not notice broken pipes.
    const killAtExit = (): void => this.kill();
    process.once("exit", killAtExit);
    child.on("error", (cause) => (this.#failure = cause));
    child.once("close", (code, signal) => {
      process.off("exit", killAtExit);
      this.#cancelKill();
      events.onEnd(this.#end(code, signal));
    });
  }

  /** Its last words so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Asks it to finish its file and end; resolves when it is gone, killed if need be. */
  async quit(): Promise<void> {
    const orders = this.#child.stdin;
    if (orders?.writable === true) orders.end("q");
    this.#cancelKill();
    this.#cancelKill = this.#timers.after(QUIT_WITHIN_MS, () => this.kill());
    await this.#ended;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #listen(events: CaptureEvents): void {
    const { stdio, stdin } = this.#child;
    const words = new LineSplitter();
    // A pipe may break at any moment: the program's end is told by "close".
    stdin?.on("error", (cause) => this.#remember([`[info] orders: ${cause.message}`]));
    const read = (pipe: number, onBytes: (bytes: Buffer) => void): void => {
      const stream = stdio[pipe] as Readable | Writable | null | undefined;
      stream?.on("data", onBytes);
      stream?.on("error", (cause: Error) => this.#remember([`[info] pipe ${pipe}: ${cause.message}`]));
    };
    read(PIPE.video, (bytes) => events.onVideo(bytes));
    read(PIPE.times, (bytes) => events.onTimes(bytes.toString("latin1")));
    read(PIPE.progress, (bytes) => events.onProgress(bytes.toString("latin1")));
    read(PIPE.preview, (bytes) => events.onPreview(bytes));
    read(PIPE.words, (bytes) => this.#remember(words.push(bytes.toString())));
  }

  #remember(lines: readonly string[]): void {
    this.#lines.push(...lines.filter((line) => line.trim() !== ""));
    this.#lines.splice(0, Math.max(0, this.#lines.length - KEPT_LINES));
  }

  #end(code: number | null, signal: NodeJS.Signals | null): CaptureEnd {
    const how =
      signal === null ? `the capture program ended with ${code}` : `the capture program was ended by ${signal}`;
    return {
      lines: this.#lines,
      how: this.#failure?.message ?? how,
      isMissing: this.#failure?.code === "ENOENT" || this.#failure?.code === "EACCES",
    };
  }
}
