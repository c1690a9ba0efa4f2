import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { HubClient, programFile } from "@polychron/hub";

/** A hub in a process of its own, as `polychron hub` starts it; needs the build. */
export interface HubProcess {
  readonly url: string;
  readonly client: HubClient;
  readonly child: ChildProcess;
  /** SIGKILL, and waits until the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; returns the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a hub on any free port and connects to it as a page does; `how` sets its user or environment. */
export async function startHubProcess(
  recordings: string,
  flags: readonly string[] = [],
  how: Pick<SpawnOptions, "uid" | "gid" | "env"> = {},
): Promise<HubProcess> {
  const args = [
    programFile("bin/polychron.mjs"),
    "hub",
    "--port",
    "0",
    "--recordings",
    recordings,
    "--log-level",
    "silent",
    ...flags,
  ];
  const child = spawn(process.execPath, args, { ...how, stdio: ["ignore", "pipe", "pipe"] });
  const url = await urlOf(child);
  const client = await HubClient.connect(url);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    client.close();
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return { url, client, child, kill: async () => void (await end("SIGKILL")), stop: () => end("SIGTERM") };
}

async function urlOf(child: ChildProcess): Promise<string> {
  let errors = "";
  child.stderr!.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`The hub did not start: ${errors}`);
}
