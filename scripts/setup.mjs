import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BUILD_STEPS } from "./build-steps.mjs";
import { ROOT } from "./child.mjs";
import { readNote, writeNote } from "./fingerprint.mjs";
import {
  install,
  installCommand,
  mayInstall,
  missingPrograms,
  START_PROGRAMS,
  SYSTEM_PROGRAMS,
} from "./system-programs.mjs";

/**
 * Does what is missing and nothing else: npm packages, builds, system programs.
 * @param {{ programs?: readonly string[], retry?: boolean }} [options] `retry`: try again to install what could not be installed last time
 * @returns {Promise<boolean>} false if the project itself could not be set up; a missing system program only warns
 */
export async function setUp({ programs = START_PROGRAMS, retry = true } = {}) {
  if (!nodeIsNewEnough()) return false;
  for (const step of BUILD_STEPS) {
    if (step.isDone()) continue;
    process.stdout.write(`${step.title} … `);
    const startedMs = Date.now();
    const { code, output } = await step.run();
    console.log(code === 0 ? `done (${((Date.now() - startedMs) / 1000).toFixed(1)} s)` : "failed");
    if (code !== 0) {
      console.error(
        `${output.trim()}\n\nSet-up stopped at: ${step.title}. Mend what is named above, then run the command again.`,
      );
      return false;
    }
  }
  await installPrograms(programs, retry);
  return true;
}

function nodeIsNewEnough() {
  const needed = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")).engines.node.replace(">=", "");
  if (compareVersions(process.versions.node, needed) >= 0) return true;
  console.error(
    `Polychron needs Node ${needed} or newer; this is ${process.versions.node}.\nInstall it from https://nodejs.org and run the command again.`,
  );
  return false;
}

/** Below zero if version `a` is older than `b`, such as `20.19` and `22.1.0`. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((text) => text.split(".").map(Number));
  for (let place = 0; place < 3; place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

async function installPrograms(programs, retry) {
  let missing = await missingPrograms(programs);
  if (missing.length > 0 && mayInstall() && (retry || readNote("refused") !== missing.join())) {
    console.log(`installing ${missing.join(", ")} …`);
    await install(missing);
    missing = await missingPrograms(missing);
    writeNote("refused", missing.join()); // a start without a network must not try again every time
  }
  if (missing.length === 0) return;
  const uses = missing.map((key) => `  ${key}: needed for ${SYSTEM_PROGRAMS[key].use}`).join("\n");
  console.warn(`Not installed:\n${uses}\nTo install: ${installCommand(missing)}`);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  if (await setUp()) console.log("Polychron is set up.");
  else process.exitCode = 1;
}
