import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { PIPE } from "../../../packages/devices/src/camera/capture-arguments.js";
import { cluster, head } from "./mkv.js";

/** A capture program made of code: it does and says what a test tells it. */
export class FakeCapture extends EventEmitter {
  readonly args: readonly string[];
  readonly stdin = new PassThrough();
  readonly stdio = [this.stdin, ...Array.from({ length: 5 }, () => new PassThrough())];
  readonly signals: string[] = [];
  quitsWhenAsked = true;
  #hasEnded = false;
  #hasHead = false;
  #frames = 0;
  #announcedUs: number[] = [];

  constructor(args: readonly string[]) {
    super();
    this.args = args;
    this.stdin.on("data", (order: Buffer) => {
      if (String(order) === "q" && this.quitsWhenAsked) this.end(0);
    });
  }

  get child(): ChildProcess {
    return this as unknown as ChildProcess;
  }

  /** One of ffmpeg's lines. */
  say(line: string): void {
    this.#write(PIPE.words, `${line}\n`);
  }

  send(pipe: number, bytes: string | Uint8Array): void {
    this.#write(pipe, bytes);
  }

  /** Announces a frame with this stamp, microseconds on the program's time line. */
  announce(stampUs: number): void {
    if (this.#frames === 0) this.#write(PIPE.times, "#tb 0: 1/1000000\n");
    this.#frames += 1;
    this.#announcedUs.push(stampUs);
    this.#write(PIPE.times, `0, ${stampUs}, ${stampUs}, 100000, 10, 0x0\n`);
  }

  /** Sends the frames announced since the last time as one cluster; its times are off by so much. */
  deliver(offMs = 0): void {
    if (!this.#hasHead) this.#write(PIPE.video, head());
    this.#hasHead = true;
    const timesMs = this.#announcedUs.map((us) => Math.round(us / 1000) + offMs);
    this.#announcedUs = [];
    const pictures = timesMs.map((ms, at) => ({ relativeMs: ms - timesMs[0]!, isKey: at === 0 }));
    this.#write(PIPE.video, cluster(timesMs[0]!, pictures));
  }

  /** Ends by itself. */
  end(code: number | null, signal: string | null = null): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const pipe of this.stdio) pipe.end();
    this.emit("exit", code, signal);
    // What is still in the pipes is read before they are closed.
    setImmediate(() => setImmediate(() => this.emit("close", code, signal)));
  }

  kill(signal: string): boolean {
    this.signals.push(signal);
    this.end(null, signal);
    return true;
  }

  #write(pipe: number, bytes: string | Uint8Array): void {
    if (!this.#hasEnded) this.stdio[pipe]!.write(bytes);
  }
}
