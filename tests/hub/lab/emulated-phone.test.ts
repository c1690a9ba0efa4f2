import { execFile, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { programFile } from "@polychron/hub";
import { decodeBlock, type stopAck } from "@polychron/protocol";
import type { z } from "zod";
import { EmulatedPhone } from "../../../apps/hub/src/lab/phone/emulated-phone.js";
import type { PhoneRequest } from "../../../apps/hub/src/lab/phone/phone-requests.js";
import { readPhoneTruth } from "../../../apps/hub/src/lab/phone/phone-truth.js";
import { findProgram } from "../../../scripts/system-programs.mjs";
import { cli } from "../cli/cli-run.js";
import { runCli } from "../../../apps/hub/src/cli/program.js";
import { SmallHub } from "./small-hub.js";

const run = promisify(execFile);
const withFfmpeg = findProgram("ffmpeg") === undefined ? test.skip : test;
const RECORDING = { session: "walk_20250731_143022", recording: 1 };
const START = { ...RECORDING, stamp: "20250731_143105", start_hub_us: 0, start_device_s: null, upload: "after_stop" };

let folder: string;
let hub: SmallHub;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-phone-test-"));
  hub = await SmallHub.open();
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

const make = (): Parameters<typeof EmulatedPhone.start>[0] => ({
  ...{ number: 1, seed: 5, driftPpm: 20, ffmpeg: "ffmpeg" },
  ...{ folder: join(folder, "phone"), truthPath: join(folder, "truth.jsonl") },
});

withFfmpeg("a phone joins, streams, films, sends its film, and forgets it when the hub has it", async () => {
  const phone = await EmulatedPhone.start(make());
  try {
    expect(await phone.join({ hub: hub.url, code: "GOODCODE" })).toEqual({ device: "phone_1" });
    expect(await hub.ask("arm", { streams: ["imu", "gsr"] })).toMatchObject({ ok: true });
    expect(await hub.ask("start", START)).toMatchObject({ ok: true });
    await hub.until((said) => said.filter(({ name }) => name === "block").length >= 20);
    const stopped = (await hub.ask("stop", { ...RECORDING, stop_device_s: null })) as z.infer<typeof stopAck>;
    expect(stopped.files).toEqual([expect.objectContaining({ file_type: "rgb", ext: "mp4" })]);
    const { file_id: fileId, sha256 } = stopped.files[0]!;
    const received = await hub.whole(`${RECORDING.session} ${fileId}`);
    expect(createHash("sha256").update(received).digest("hex")).toBe(sha256);
    expect(await hub.ask("file_stored", { ...RECORDING, file_id: fileId, sha256 })).toEqual({ ok: true });
    await phone.untilEmpty(5_000);
    expect(await readdir(join(folder, "phone"))).toEqual([]);
  } finally {
    await phone.close();
  }
  await expectTruth();
});

withFfmpeg("an encoder is gone when its phone's process was killed in the middle of a film", async () => {
  const child = fork(programFile("bin/phone-child.mjs"), [], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ask = async (request: PhoneRequest): Promise<void> => {
    child.send(request);
    expect((await once(child, "message"))[0]).toMatchObject({ ok: true });
  };
  await ask({ kind: "start", ...make() });
  await ask({ kind: "join", hub: hub.url, code: "GOODCODE" });
  await hub.ask("arm", { streams: ["imu", "gsr"] });
  await hub.ask("start", START);
  const encoders = await childrenOf(child.pid!);
  expect(encoders).toHaveLength(1);
  child.kill("SIGKILL");
  await once(child, "exit");
  for (let look = 0; look < 100 && isAlive(encoders[0]!); look++)
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isAlive(encoders[0]!)).toBe(false);
});

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await run("ps", ["-eo", "pid=,ppid="]);
  const pairs = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid!);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw thrown;
  }
}

/** What the phone wrote down is what it sent, value for value. */
async function expectTruth(): Promise<void> {
  const made = new Map<string, readonly (number | null)[]>();
  for await (const truth of readPhoneTruth(join(folder, "truth.jsonl")))
    if ("sample" in truth) made.set(`${truth.sample.stream} ${truth.sample.seq}`, truth.sample.values);
  const hello = hub.said.find(({ name }) => name === "hello")!.value as { streams: { stream: string }[] };
  const blocks = hub.said.filter(({ name }) => name === "block");
  for (const { value } of blocks) {
    const read = decodeBlock(value as Uint8Array);
    if (read.kind === "bad") throw new Error(read.reason);
    const { streamIndex, firstSeq, deviceTimeS, channels } = read.block;
    const stream = hello.streams[streamIndex]!.stream;
    for (let row = 0; row < deviceTimeS.length; row++)
      expect(channels.map((column) => column[row])).toEqual(made.get(`${stream} ${firstSeq + row}`));
  }
}

test("a hub that gives no welcome is a typed error with what the phone heard last", async () => {
  const phone = await EmulatedPhone.start(make());
  const joining = phone.join({ hub: hub.url, code: "BADCODE1" });
  await expect(joining).rejects.toMatchObject({ code: "SIMULATION_FAILED" });
  expect(() => phone.order({ kind: "vanish", count: 1, atS: 0, durationS: 1 })).toThrow(/has not joined/);
  await phone.close();
});

test("polychron emulate phone joins with its code, and leaves when it is told to stop", async () => {
  const stop = new AbortController();
  const said: string[] = [];
  const code = await runCli(["emulate", "phone", "--hub", hub.url, "--code", "GOODCODE", "--fault", "duplicate:2@1"], {
    ...{ env: {}, workingFolder: folder, stopSignal: () => stop.signal },
    out: (text) => {
      said.push(text);
      stop.abort();
    },
    err: (text) => {
      throw new Error(text);
    },
  });
  expect({ code, said }).toEqual({ code: 0, said: [expect.stringContaining("phone_1")] });
});

test.each([
  ["no code", ["--hub", "http://127.0.0.1:1"]],
  ["no hub", ["--code", "GOODCODE"]],
  ["a drift that is no number", ["--hub", "http://127.0.0.1:1", "--code", "GOODCODE", "--drift-ppm", "fast"]],
])("emulate phone with %s ends with 64", async (_name, args) => {
  expect((await cli(folder, "emulate", "phone", ...args)).code).toBe(64);
});

test("a fault that no phone can have is a typed error that names those there are", async () => {
  const run = await cli(folder, "emulate", "phone", "--hub", hub.url, "--code", "GOODCODE", "--fault", "drop@3");
  expect(run).toMatchObject({ code: 1, err: expect.stringMatching(/DEVICE_FAULT_INVALID[^]*vanish/) });
});
