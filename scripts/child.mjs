import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder, with a separator at its end. */
export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/**
 * Runs a program to its end without a shell; resolves with its exit code (a signal or a missing program counts as 1).
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ show?: boolean, env?: Record<string, string>, timeoutMs?: number }} [options] show false keeps the output back
 * @returns {Promise<{ code: number, output: string }>} output is empty where it was shown
 */
export function runChild(program, args, { show = true, env = {}, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const stdio = show ? "inherit" : ["ignore", "pipe", "pipe"];
    const child = spawn(program, args, { cwd: ROOT, stdio, env: { ...process.env, ...env }, timeout: timeoutMs });
    const chunks = [];
    child.stdout?.on("data", (chunk) => chunks.push(chunk));
    child.stderr?.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => resolve({ code: 1, output: String(error.message) }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** Runs a script under this very Node. */
export function runNode(args, options) {
  return runChild(process.execPath, args, options);
}

/** Runs npm through Node: on Windows npm itself is a shell script, which needs a shell that nothing else here needs. */
export function runNpm(args, options) {
  const npm = npmScript();
  return npm === undefined ? runChild("npm", args, options) : runNode([npm, ...args], options);
}

function npmScript() {
  const beside = dirname(process.execPath);
  const places = [
    process.env.npm_execpath ?? "",
    join(beside, "node_modules/npm/bin/npm-cli.js"),
    join(beside, "../lib/node_modules/npm/bin/npm-cli.js"),
  ];
  return places.find((place) => /npm-cli\.c?js$/.test(place) && existsSync(place));
}

/** The script file of a package's program, found from the workspace folder that depends on it. */
export function programOf(workspace, packageName, file) {
  const manifest = createRequire(join(ROOT, workspace, "package.json")).resolve(`${packageName}/package.json`);
  return join(dirname(manifest), file);
}
