import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programOf, runNode } from "./child.mjs";
import { setUp } from "./setup.mjs";
import { TEST_PROGRAMS } from "./system-programs.mjs";
import { addUp, countJest } from "./tally.mjs";

const CHECKS = [
  { title: "lint", program: ["eslint", "bin/eslint.js"], args: ["."] },
  { title: "format", program: ["prettier", "bin/prettier.cjs"], args: ["--check", "--log-level", "warn", "."] },
  { title: "types of the tests", program: ["typescript", "bin/tsc"], args: ["-p", "tests"] },
];

/** One static check as a tally: it adds nothing when it passes, for the last line counts tests. */
async function check({ title, program, args }) {
  process.stdout.write(`${title} … `);
  const { code, output } = await runNode([programOf(".", ...program), ...args], { show: false });
  console.log(code === 0 ? "good" : `failed\n${output.trim()}`);
  return { passed: 0, failed: code === 0 ? 0 : 1, skipped: [] };
}

async function jest(args) {
  const folder = mkdtempSync(join(tmpdir(), "polychron-test-"));
  const report = join(folder, "jest.json");
  const program = ["--experimental-vm-modules", "--no-warnings", programOf(".", "jest", "bin/jest.js")];
  const { code } = await runNode([...program, "--json", `--outputFile=${report}`, ...args]);
  const tally = countJest(readReport(report), code);
  rmSync(folder, { recursive: true });
  return tally;
}

/** Jest's report; undefined where jest ended before it wrote one. */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    console.error(`jest left no report: ${cause.message}`);
    return undefined;
  }
}

async function main(args) {
  if (!(await setUp({ programs: TEST_PROGRAMS }))) return { passed: 0, failed: 1, skipped: [] };
  const tallies = [];
  for (const item of CHECKS) tallies.push(await check(item));
  tallies.push(await jest(args));
  return addUp(tallies);
}

const { passed, failed, skipped } = await main(process.argv.slice(2));
if (skipped.length > 0)
  console.log(`Not run here (${skipped.length}):\n${skipped.map((name) => `  ${name}`).join("\n")}`);
if (failed > 0) process.exitCode = 1;
console.log(`${passed} passed, ${failed} failed`);
