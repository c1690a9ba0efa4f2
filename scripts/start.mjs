import { setUp } from "./setup.mjs";

if (await setUp({ retry: false })) {
  const { runCli } = await import("../apps/hub/dist/cli/program.js");
  process.exitCode = await runCli(["hub", "--open", ...process.argv.slice(2)]);
} else {
  process.exitCode = 1;
}
