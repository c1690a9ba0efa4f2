import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const CALLS = "openat,write,pwrite64,fsync,fdatasync,rename,renameat,renameat2";
const canTrace = spawnSync("strace", ["-e", "trace=none", "true"]).status === 0;
const traced = canTrace ? test : test.skip;
const LOADER = ["--no-warnings", "--conditions=source", "--import", "./tests/support/typescript.mjs"];

/** One system call on a file of interest: what was done, and to which name. */
interface Step {
  readonly call: string;
  readonly name: string;
}

/** The trace of `strace -f -y`: file descriptors come with their paths. */
function stepsOf(trace: string, folder: string): Step[] {
  const steps: Step[] = [];
  for (const line of joinResumed(trace)) {
    const [, call, rest] = /(?:^|\s)(\w+)\((.*)/.exec(line) ?? [];
    if (call === undefined || rest === undefined) continue;
    const said = /^1<.*"(acknowledged \w+)/.exec(rest)?.[1];
    if (call === "write" && said !== undefined) steps.push({ call: "say", name: said });
    if (!rest.includes(folder) || call === "openat") continue;
    const target = call.startsWith("rename") ? rest.split(",").at(-1)! : rest.split(">")[0]!;
    const name = target
      .replace(/.*\//, "")
      .replace(/[">)].*/, "")
      .replace(/^\.(.+?)\.\d+\.[0-9a-f]+\.tmp$/, "$1.tmp");
    steps.push({ call: call.replace("pwrite64", "write").replace(/renameat2?/, "rename"), name });
  }
  return steps;
}

/** A call that another thread interrupted is two lines; it counts where it ended. */
function joinResumed(trace: string): string[] {
  const begun = new Map<string, string>();
  return trace.split("\n").flatMap((line) => {
    const thread = /^\d+/.exec(line)?.[0] ?? "";
    if (line.endsWith("<unfinished ...>")) {
      begun.set(thread, line.replace("<unfinished ...>", ""));
      return [];
    }
    return line.includes("resumed>") ? [begun.get(thread) + line.replace(/^.*resumed>/, "")] : [line];
  });
}

describe(canTrace ? "system calls" : "system calls (not run: there is no strace here)", () => {
  let folder: string;
  let steps: Step[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "polychron-order-"));
    if (!canTrace) return;
    const trace = join(folder, "trace.txt");
    const command = [
      "-f",
      "-y",
      "-s",
      "64",
      "-e",
      `trace=${CALLS}`,
      "-o",
      trace,
      process.execPath,
      ...LOADER,
      "tests/session/sync-order-child.ts",
      join(folder),
    ];
    const run = spawnSync("strace", command, { encoding: "utf8" });
    expect(run.stderr).toBe("");
    steps = stepsOf(await readFile(trace, "utf8"), folder);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true }));

  traced("a Replace writes beside, syncs, renames, and syncs the folder", () => {
    const name = folder.split("/").at(-1)!;
    const first = steps.findIndex((step) => step.name === "document.json.tmp");
    expect(steps.slice(first, first + 4).map((step) => `${step.call} ${step.name}`)).toEqual([
      "write document.json.tmp",
      "fsync document.json.tmp",
      "rename document.json",
      `fsync ${name}`,
    ]);
  });

  traced("an event is written and synced before it is acknowledged, and the log's name before its first event", () => {
    const name = folder.split("/").at(-1)!;
    const after = steps.slice(steps.findIndex((step) => step.name === "s1_log.json"));
    expect(after.slice(0, 9).map((step) => `${step.call} ${step.name}`)).toEqual([
      "write s1_log.json",
      "fdatasync s1_log.json",
      `fsync ${name}`,
      "write s1_log.json",
      "fdatasync s1_log.json",
      "say acknowledged first",
      "write s1_log.json",
      "fdatasync s1_log.json",
      "say acknowledged second",
    ]);
  });
});
