import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServiceError } from "../../apps/hub/src/errors.js";
import { awakeProgram, SleepInhibitor } from "../../apps/hub/src/sleep-inhibitor.js";
import { HubBench } from "./hub-bench.js";

/** Writes what it was told and its process id, then lives for as long as its standard input does. */
const OBEDIENT = `#!/bin/sh
printf '%s\\n' "$$" "$@" > "$0.told.part"
mv "$0.told.part" "$0.told"
exec cat
`;

let folder: string;
let warnings: ServiceError[];
const made: SleepInhibitor[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "awake-"));
  warnings = [];
});
afterEach(async () => {
  for (const each of made.splice(0)) each.close();
  await rm(folder, { recursive: true });
});

/** An inhibitor that finds this program under the name of the system's own. */
async function inhibitor(script: string | undefined, platform: NodeJS.Platform = "linux"): Promise<SleepInhibitor> {
  if (script !== undefined) {
    await writeFile(join(folder, "systemd-inhibit"), script);
    await chmod(join(folder, "systemd-inhibit"), 0o755);
  }
  const env = { PATH: script === undefined ? folder : `${folder}:/usr/bin:/bin` };
  const one = new SleepInhibitor({ platform, env, onWarning: (warning) => void warnings.push(warning) });
  made.push(one);
  return one;
}

/** Resolves when it is so; looked at every 10 ms, given up by the test's own limit. */
async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The lines that the program wrote, once it has. */
async function told(): Promise<string[]> {
  let lines: string[] | undefined;
  const read = async (): Promise<boolean> => {
    const text = await readFile(join(folder, "systemd-inhibit.told"), "utf8").catch(() => undefined);
    lines = text?.trimEnd().split("\n");
    return lines !== undefined;
  };
  await until(read);
  return lines!;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("the system's program runs from the first hold to the last release, once for all", async () => {
  const one = await inhibitor(OBEDIENT);
  const [releaseA, releaseB] = [one.hold(), one.hold()];
  const [pid, ...args] = await told();
  expect(args).toEqual(awakeProgram("linux")!.args);
  releaseA();
  releaseA();
  expect(isAlive(Number(pid))).toBe(true);
  await rm(join(folder, "systemd-inhibit.told"));
  releaseB();
  await until(() => !isAlive(Number(pid)));
  one.hold();
  const [next] = await told();
  expect(next).not.toBe(pid);
  expect(warnings).toEqual([]);
});

test("a program that is missing is told with what to do, and is no obstacle", async () => {
  const one = await inhibitor(undefined);
  const release = one.hold();
  await until(() => warnings.length > 0);
  release();
  expect(warnings.map(({ code, params }) => [code, params["reason"]])).toEqual([
    ["SLEEP_NOT_INHIBITED", "systemd-inhibit cannot be started"],
  ]);
  expect(warnings[0]!.remedy).toMatch(/Switch sleep off/);
});

test("a program that ends although it should not is told with its last words", async () => {
  const one = await inhibitor("#!/bin/sh\necho 'Failed to connect to bus' >&2\nexit 1\n");
  one.hold();
  await until(() => warnings.length > 0);
  expect(warnings[0]!.params["reason"]).toBe("systemd-inhibit ended with 1: Failed to connect to bus");
});

test("on a system without such a program that is told, once however often something is recorded", async () => {
  const one = await inhibitor(undefined, "aix");
  one.hold()();
  one.hold()();
  expect(warnings.map(({ params }) => params["reason"])).toEqual(["no way is known on aix"]);
});

test.each(["linux", "darwin", "win32"] as const)(
  "on %s the program ends with the hub's end of its input",
  (platform) => {
    const { args } = awakeProgram(platform)!;
    expect(args.at(-1)).toMatch(/^cat$|\[Console\]::In\.ReadToEnd\(\)$/);
  },
);

test("a hub keeps the computer awake while anything is recorded, and not longer", async () => {
  const bench = await HubBench.open({ devices: 2 });
  await bench.connect(1);
  const session = await bench.create();
  expect(bench.awakeHolds).toBe(0);
  await bench.order({ kind: "start_recording", session });
  expect(bench.awakeHolds).toBe(1);
  await bench.time.pass(1_000);
  await bench.order({ kind: "stop_recording", session });
  expect(bench.awakeHolds).toBe(0);
  await bench.order({ kind: "start_recording", session });
  await bench.stop();
  expect(bench.awakeHolds).toBe(0);
});
