import { fork, type ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { SessionMetadata } from "@polychron/session/format";
import { checkSession, DiskFiles, SessionReader } from "@polychron/session/store";
import { Upload } from "tus-js-client";
import { CuttingProxy } from "../hub/server/cutting-proxy.js";

const MEGABYTE = 1_000_000;
const LOADER = ["--no-warnings", "--conditions=source", "--import", "./tests/support/typescript.mjs"];

/** What the child tells. */
interface Word {
  readonly session?: string;
  readonly port?: number;
  readonly receivedBytes?: number;
  readonly fault?: string;
}

let folder: string;
let child: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-upload-"));
});
afterEach(async () => {
  await killed();
  await rm(folder, { recursive: true });
});

async function started(port: number, announce: readonly string[] = []): Promise<Word> {
  child = fork("tests/flow/upload-hub-child.ts", [folder, String(port), ...announce], { execArgv: LOADER });
  return word(({ session }) => session !== undefined);
}

/** The host under which the child may be called is the proxy's. */
async function opened(host: string): Promise<void> {
  const open = word((heard) => "isOpen" in heard);
  child.send(host);
  await open;
}

async function killed(): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** The next thing the child says that is wanted; a fault it reports fails the test. */
function word(isWanted: (heard: Word) => boolean): Promise<Word> {
  return new Promise((resolve, reject) => {
    child.on("message", (heard: Word) => {
      if (heard.fault !== undefined) reject(new Error(heard.fault));
      if (isWanted(heard)) resolve(heard);
    });
    child.once("exit", (code) => reject(new Error(`the hub ended with ${code}`)));
  });
}

function send(bytes: Buffer, { port, session }: { port: number; session: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    new Upload(Readable.from([bytes], { objectMode: false }) as never, {
      ...{ endpoint: `http://127.0.0.1:${port}/uploads`, chunkSize: 8 << 20, uploadSize: bytes.length },
      ...{ headers: { authorization: "Bearer phone.token" }, metadata: { session, file_id: "rgb-1" } },
      retryDelays: [20, 50, 100, 500, 1_000, 2_000, 4_000],
      onSuccess: () => resolve(),
      onError: reject,
    }).start();
  });
}

test("a file whose connection is killed five times and whose hub once arrives whole, and its session seals itself", async () => {
  const bytes = randomBytes(40 * MEGABYTE);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const first = await started(0, [String(bytes.length), sha256]);
  const session = first.session!;
  const cuts = [1, 5, 14, 30, 41].map((megabytes) => megabytes * MEGABYTE);
  const proxy = await CuttingProxy.open(first.port!, cuts);
  const host = `127.0.0.1:${proxy.port}`;
  await opened(host);
  const halfway = word(({ receivedBytes = 0 }) => receivedBytes > 16 * MEGABYTE);
  const sent = send(bytes, { port: proxy.port, session });
  const { receivedBytes: toldBytes } = await halfway;
  await killed();
  await started(first.port!);
  const resumed = word(({ receivedBytes }) => receivedBytes !== undefined);
  await opened(host);
  await sent;
  await proxy.close();

  expect(proxy.cuts).toBe(5);
  expect((await resumed).receivedBytes).toBeGreaterThanOrEqual(toldBytes!);
  const metadata = await sealed(session);
  const video = metadata.files["phone_1"]!.find(({ file_type: type }) => type === "rgb")!;
  expect(video).toMatchObject({ complete: true, sha256, file_size: bytes.length });
  expect((await readFile(join(folder, session, video.file_path))).equals(bytes)).toBe(true);
  const report = await checkSession({ files: new DiskFiles(), recordingsFolder: folder, sessionId: session });
  expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
});

/** The session's metadata once it has sealed itself, behind the last answer. */
async function sealed(session: string): Promise<SessionMetadata> {
  for (;;) {
    const { metadata } = await SessionReader.open(new DiskFiles(), folder, session);
    if (metadata.status === "completed" && metadata.seal !== undefined) return metadata;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
