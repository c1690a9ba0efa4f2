#!/usr/bin/env node
import { existsSync } from "node:fs";

// A slow disk holds a thread for each file it confirms; with the four that Node starts with, every other file would wait.
process.env.UV_THREADPOOL_SIZE ??= "32";

const program = new URL("../dist/cli/program.js", import.meta.url);
if (existsSync(program)) {
  const { runCli } = await import(program.href);
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  console.error("polychron is not built yet.\n  Run 'npm run setup' in the project's folder.");
  process.exitCode = 69;
}
