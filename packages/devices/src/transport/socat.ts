import { spawn } from "node:child_process";
import type { Writable } from "node:stream";

/** What a running socat tells. */
export interface SocatEvents {
  /** It has made the terminal at this path. */
  onTerminal(path: string): void;
  /** A host has opened the terminal. */
  onHost(): void;
  onBytes(bytes: Uint8Array): void;
  /** It is gone, or never was: its last words, and whether it was killed from here. */
  onEnd(end: { readonly reason: string; readonly wasKilled: boolean }): void;
}

/** One run of socat: one terminal, until its host leaves or it is killed. */
export interface Socat {
  /** False when the host reads too slowly for more. */
  send(bytes: Uint8Array): boolean;
  kill(): void;
}

/** What socat writes when it has made a terminal, and when the host has opened it. */
const TERMINAL_IS = /PTY is (\/\S+)\s/;
const HOST_IS_THERE = "starting data transfer loop";
/** `wait-slave` makes socat end when the host leaves; the interval is how soon it notices that one came. */
const ARGUMENTS = ["-d", "-d", "-t", "0", "PTY,rawer,wait-slave,pty-interval=0.01", "STDIO"];
/** A host that reads nothing: beyond this much nothing is kept for it, as in a radio's buffer. */
const BACKLOG_BYTES = 1 << 20;

/** Starts socat with a terminal of its own. */
export function startSocat(program: string, events: SocatEvents): Socat {
  const child = spawn(program, ARGUMENTS);
  const words = new LastWords(events);
  let wasKilled = false;
  const kill = (): void => {
    wasKilled = true;
    child.kill();
  };
  // While it waits for a host it does not notice that its parent is gone.
  process.once("exit", kill);
  child.stderr.on("data", (text: Buffer) => words.hear(text.toString()));
  child.stdout.on("data", (bytes: Buffer) => events.onBytes(bytes));
  // A write may meet a process that has just ended: its end is told by "close", with the reason.
  child.stdin.on("error", (cause) => words.hear(`${cause.message}\n`));
  child.on("error", (cause) => words.hear(`${cause.message}\n`));
  child.on("close", () => {
    process.off("exit", kill);
    events.onEnd({ reason: words.last, wasKilled });
  });
  return { kill, send: (bytes) => sendTo(child.stdin, bytes) };
}

function sendTo(input: Writable, bytes: Uint8Array): boolean {
  if (!input.writable || input.writableLength > BACKLOG_BYTES) return false;
  input.write(bytes.slice());
  return true;
}

/** Reads what socat says of itself, line by line, and remembers the last line. */
class LastWords {
  readonly #events: SocatEvents;
  #rest = "";
  last = "";

  constructor(events: SocatEvents) {
    this.#events = events;
  }

  hear(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    this.last = line;
    const terminal = TERMINAL_IS.exec(`${line}\n`)?.[1];
    if (terminal !== undefined) this.#events.onTerminal(terminal);
    if (line.includes(HOST_IS_THERE)) this.#events.onHost();
  }
}
