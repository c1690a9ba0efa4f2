import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programOf, ROOT, runNode, runNpm } from "./child.mjs";
import { fingerprint, readNote, writeNote } from "./fingerprint.mjs";

const CONFIGS = ["package-lock.json", "tsconfig.json", "tsconfig.base.json"];
const WEB = "apps/hub/web";
const PROJECTS = readJson("tsconfig.json").references.map((reference) => reference.path);

/**
 * What set-up does in the project itself, in this order. Each step says whether its work is done already,
 * from what lies on disk: `isDone()`; and does it: `run()`, which resolves with `{ code, output }`.
 */
export const BUILD_STEPS = [
  {
    title: "npm packages",
    isDone: packagesAreInstalled,
    run: () => runNpm(["ci", "--no-audit", "--no-fund"], { show: false }),
  },
  {
    title: "build of the programs",
    ...once(
      "programs",
      programInputs,
      PROJECTS.filter((project) => project !== WEB).map((project) => `${project}/dist`),
      () => runNode([programOf(".", "typescript", "bin/tsc"), "-b"], { show: false }),
    ),
  },
  {
    title: "build of the page",
    ...once("page", pageInputs, ["apps/hub/dist-web/index.html"], () =>
      runNode([programOf("apps/hub", "vite", "bin/vite.js"), "build", WEB, "--logLevel", "warn"], { show: false }),
    ),
  },
];

/** The packages stand as the lock file has them: npm's own record of what it installed agrees with it. */
function packagesAreInstalled() {
  const record = "node_modules/.package-lock.json";
  if (!existsSync(join(ROOT, record))) return false;
  const locked = readJson("package-lock.json").packages;
  const installed = readJson(record).packages;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === "" || entry.optional || entry.devOptional) return true;
    return installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity;
  });
}

/** A step that is done while its inputs are those of its last good run and its outputs are there. */
function once(name, inputs, outputs, run) {
  return {
    isDone: () => readNote(name) === inputs() && outputs.every((path) => existsSync(join(ROOT, path))),
    async run() {
      const before = inputs();
      const result = await run();
      if (result.code === 0) writeNote(name, before);
      return result;
    },
  };
}

function programInputs() {
  const sources = PROJECTS.flatMap((project) => [
    `${project}/src`,
    `${project}/package.json`,
    `${project}/tsconfig.json`,
  ]);
  return fingerprint([...CONFIGS, ...sources]);
}

function pageInputs() {
  const shared = ["packages/protocol/src", "packages/session/src/model"];
  return fingerprint([...CONFIGS, ...shared, WEB]);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}
