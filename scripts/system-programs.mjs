import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runChild } from "./child.mjs";

const INSTALL_TIMEOUT_MS = 600_000;

/**
 * Programs that npm cannot bring. `names`: any one of them will do; `packages`: by package manager; `use`: what fails without.
 * `not`: platforms where there is none.
 */
export const SYSTEM_PROGRAMS = {
  ffmpeg: { names: ["ffmpeg"], packages: named("ffmpeg", { winget: "Gyan.FFmpeg" }), use: "cameras and microphones" },
  socat: { names: ["socat"], packages: named("socat"), use: "emulated serial devices", not: ["win32"] },
  strace: { names: ["strace"], packages: named("strace"), use: "the crash tests", not: ["win32", "darwin"] },
  chromium: {
    names: ["chromium", "chromium-browser", "google-chrome"],
    packages: named("chromium", { winget: "Hibbiki.Chromium" }),
    use: "the tests of the page",
  },
  scipy: {
    pythonModule: "scipy",
    packages: named("python3-scipy", { brew: "scipy", winget: "Python.Python.3.12" }),
    use: "the tests of MATLAB files",
  },
  pandas: {
    pythonModule: "pandas",
    packages: named("python3-pandas", { brew: "pandas", winget: "Python.Python.3.12" }),
    use: "the tests of CSV files",
  },
  ...phonePackage("socketio", "python3-socketio"),
  ...phonePackage("websocket", "python3-websocket", {
    dnf: "python3-websocket-client",
    pacman: "python-websocket-client",
  }),
  ...phonePackage("requests", "python3-requests"),
};

/** What the hub itself can use, and what the whole test suite needs beside it. */
export const START_PROGRAMS = ["ffmpeg", "socat"];
export const TEST_PROGRAMS = [
  ...START_PROGRAMS,
  "strace",
  "chromium",
  "scipy",
  "pandas",
  "socketio",
  "websocket",
  "requests",
];

const MANAGERS = [
  { manager: "apt", program: "apt-get", command: (packages) => `sudo apt-get install -y ${packages}` },
  { manager: "dnf", program: "dnf", command: (packages) => `sudo dnf install -y ${packages}` },
  { manager: "pacman", program: "pacman", command: (packages) => `sudo pacman -S ${packages}` },
  { manager: "brew", program: "brew", command: (packages) => `brew install ${packages}` },
  { manager: "winget", program: "winget", command: (packages) => `winget install ${packages}` },
];

function named(apt, others = {}) {
  return { apt, dnf: apt, pacman: apt.replace("python3-", "python-"), brew: apt, winget: apt, ...others };
}

/** A Python package that examples/phone.py needs; outside Linux it comes with pip, which set-up leaves alone. */
function phonePackage(pythonModule, apt, others) {
  const use = "the test of the phone in Python";
  return { [pythonModule]: { pythonModule, packages: named(apt, others), use, not: ["win32", "darwin"] } };
}

/** The path of a program on the search path, or undefined. */
export function findProgram(name, { env = process.env, platform = process.platform } = {}) {
  const endings = platform === "win32" ? (env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];
  const folders = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => folder !== "");
  const candidates = folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return candidates.find((path) => existsSync(path));
}

/** Those of the named programs that are not here and could be. */
export async function missingPrograms(wanted, platform = process.platform) {
  const missing = [];
  for (const key of wanted) {
    const entry = SYSTEM_PROGRAMS[key];
    if (entry.not?.includes(platform)) continue;
    if (!(await isHere(entry))) missing.push(key);
  }
  return missing;
}

async function isHere(entry) {
  if (entry.pythonModule === undefined) return entry.names.some((name) => findProgram(name) !== undefined);
  const question = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${entry.pythonModule}") is None)`;
  for (const python of pythons()) {
    if ((await runChild(python, ["-c", question], { show: false })).code === 0) return true;
  }
  return false;
}

/** The Pythons to ask, best first: the system's own has the distribution's packages. */
export function pythons(env = process.env) {
  return [...(env.PYTHON ? [env.PYTHON] : []), "/usr/bin/python3", "python3", "python"];
}

/** The command a person types to get these programs here. */
export function installCommand(keys, find = findProgram) {
  const { manager, command } = MANAGERS.find(({ program }) => find(program) !== undefined) ?? MANAGERS[0];
  return command(keys.map((key) => SYSTEM_PROGRAMS[key].packages[manager]).join(" "));
}

/** Whether set-up may install by itself: as root where apt-get is, which is a container or a CI machine. */
export function mayInstall() {
  return process.platform === "linux" && process.getuid?.() === 0 && findProgram("apt-get") !== undefined;
}

/** Installs programs through apt-get; resolves with the exit code and what it said. */
export async function install(keys) {
  const packages = keys.map((key) => SYSTEM_PROGRAMS[key].packages.apt);
  const options = { show: false, env: { DEBIAN_FRONTEND: "noninteractive" }, timeoutMs: INSTALL_TIMEOUT_MS };
  const get = () => runChild("apt-get", ["install", "-y", "--no-install-recommends", ...packages], options);
  const first = await get();
  if (first.code === 0) return first;
  await runChild("apt-get", ["update"], options); // a fresh machine has no lists yet
  return get();
}
