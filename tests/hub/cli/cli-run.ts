import { runCli } from "../../../apps/hub/src/cli/program.js";

/** What one command line came to. */
export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, in a folder of the test's own. */
export async function cli(workingFolder: string, ...args: readonly string[]): Promise<CliRun> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    env: {},
    workingFolder,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    stopSignal: () => new AbortController().signal,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
