import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { runNode, runNpm, ROOT } from "../../scripts/child.mjs";
import { fingerprint } from "../../scripts/fingerprint.mjs";
import { compareVersions } from "../../scripts/setup.mjs";
import {
  findProgram,
  installCommand,
  missingPrograms,
  SYSTEM_PROGRAMS,
  TEST_PROGRAMS,
} from "../../scripts/system-programs.mjs";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polychron-setup-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ["20.18.3", "20.19", -1],
  ["20.19.0", "20.19", 0],
  ["20.20.2", "20.19", 1],
  ["22.0.0", "20.19", 1],
  ["9.9.9", "20.19", -1],
])("version %s against %s", (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

test("a program is found on the search path, on Windows with its ending", () => {
  writeFileSync(join(folder, "socat"), "");
  writeFileSync(join(folder, "ffmpeg.EXE"), "");
  expect(findProgram("socat", { env: { PATH: folder }, platform: "linux" })).toBe(join(folder, "socat"));
  expect(findProgram("ffmpeg", { env: { Path: folder }, platform: "win32" })).toBe(join(folder, "ffmpeg.EXE"));
  expect(findProgram("strace", { env: { PATH: folder }, platform: "linux" })).toBeUndefined();
});

test("where there is no such program for a system it is not missing", async () => {
  expect(await missingPrograms(["socat", "strace"], "win32")).toEqual([]);
});

test.each([
  ["apt-get", "sudo apt-get install -y socat python3-scipy"],
  ["dnf", "sudo dnf install -y socat python3-scipy"],
  ["pacman", "sudo pacman -S socat python-scipy"],
  ["brew", "brew install socat scipy"],
])("the command that installs is that of %s", (manager, command) => {
  expect(installCommand(["socat", "scipy"], (name: string) => (name === manager ? name : undefined))).toBe(command);
});

test("every program says what fails without it", () => {
  for (const key of TEST_PROGRAMS) expect(SYSTEM_PROGRAMS[key as keyof typeof SYSTEM_PROGRAMS].use).toMatch(/\w/);
});

test("the fingerprint of files changes with their size, their time and their names", () => {
  const path = join(folder, "a.ts");
  const inputs = [relative(ROOT, folder)];
  writeFileSync(path, "one");
  utimesSync(path, 1, 1);
  const first = fingerprint(inputs);
  expect(fingerprint(inputs)).toBe(first);
  utimesSync(path, 2, 2);
  const later = fingerprint(inputs);
  writeFileSync(join(folder, "b.ts"), "");
  expect(new Set([first, later, fingerprint(inputs), fingerprint(["nowhere"])]).size).toBe(4);
});

test("a child's code and output come back, and a program that is missing is no exception", async () => {
  expect(await runNode(["-e", "console.log('here'); process.exitCode = 3"], { show: false })).toEqual({
    code: 3,
    output: "here\n",
  });
  expect((await runNpm(["--version"], { show: false })).output.trim().split("\n").at(-1)).toMatch(/^\d+\.\d+/);
});
