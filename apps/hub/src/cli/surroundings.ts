/** What a command takes from the process around it; a test hands in its own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths on the command line start here. */
  readonly workingFolder: string;
  /** One line or more to standard output. */
  out(text: string): void;
  /** One line or more to standard error. */
  err(text: string): void;
  /** Aborted when the person or the system wants the program to end; a command that never asks is ended at once. */
  stopSignal(): AbortSignal;
}

/** The process itself. */
export function processSurroundings(): Surroundings {
  return {
    env: process.env,
    workingFolder: process.cwd(),
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    stopSignal: signalOfProcess,
  };
}

/** The first Ctrl-C or SIGTERM asks the command to end, a second one ends the process. */
function signalOfProcess(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
