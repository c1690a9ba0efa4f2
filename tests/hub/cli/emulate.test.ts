import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCli } from "../../../apps/hub/src/cli/program.js";
import { findProgram } from "../../../scripts/system-programs.mjs";
import { cli } from "./cli-run.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polychron-emulate-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const name = "the port is there while the emulator runs, and gone when it was told to stop";
if (findProgram("socat") === undefined) test.skip(`${name} (not run: socat is missing)`, livesAndGoes);
else test(name, livesAndGoes);

async function livesAndGoes(): Promise<void> {
  const link = join(folder, "shimmer");
  const stop = new AbortController();
  const seen: boolean[] = [];
  const code = await runCli(["emulate", "shimmer", "--link", link, "--mac", "3A5F", "--fault", "drop@1"], {
    env: {},
    workingFolder: folder,
    out: (text) => {
      seen.push(existsSync(link), text.includes("3a5f"));
      stop.abort();
    },
    err: (text) => {
      throw new Error(text);
    },
    stopSignal: () => stop.signal,
  });
  expect({ code, seen, left: existsSync(link) }).toEqual({ code: 0, seen: [true, true], left: false });
}

test.each([
  ["no path", []],
  ["a seed that is no number", ["--link", "x", "--seed", "one"]],
  ["an address that is none", ["--link", "x", "--mac", "xyz"]],
  ["a model that does not exist", ["--link", "x", "--model", "shimmer9"]],
])("%s ends with 64", async (_name, args) => {
  expect((await cli(folder, "emulate", "shimmer", ...args)).code).toBe(64);
});

test("a fault that does not exist is a typed error that names those there are", async () => {
  const run = await cli(folder, "emulate", "shimmer", "--link", "x", "--fault", "explode@3");
  expect(run).toMatchObject({ code: 1, err: expect.stringMatching(/DEVICE_FAULT_INVALID[^]*drop/) });
});
