import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { programFile } from "@polychron/hub";

/** How a program that should not run came to its end. */
export interface Ended {
  readonly code: number | null;
  readonly errors: string;
}

/** Runs `polychron` to its end; as `nobody` where this process is root, whom no access right holds back. */
export async function runToEnd(args: readonly string[], asNobody = false): Promise<Ended> {
  const child = spawn(process.execPath, [programFile("bin/polychron.mjs"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    ...(asNobody && NOBODY),
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, errors };
}

/** Spawn options of somebody without rights; of this very user where that is not root. */
export const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** The lines of the hub's own log. */
export async function hubLog(recordings: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(`${recordings}/.polychron/hub.log`, "utf8");
  return text
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
