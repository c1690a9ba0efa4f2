import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UPLOAD_PATH } from "@polychron/protocol";
import { IngestHub } from "./ingest-hub.js";
import { ProcessWatch } from "./process-watch.js";
import type { BenchResult } from "./runner.js";
import { UploadContent } from "./upload-content.js";
import { UploadPhone } from "./upload-phone.js";
import { UploadSender } from "./upload-sender.js";

/** Of 8 MiB each: 2 GiB. */
const PIECES = 256;
const CUTS = 10;
/** A sync costs anything from one second to the next: rounds take turns, and the middle one counts. */
const ROUNDS = 3;
const RATIO = 0.6;
/** What the hub holds, garbage aside, may grow by this much from before an upload to behind it… */
const GROWTH_MB = 16;
/** …and its process never has more than this. */
const PEAK_MB = 512;

interface Uploaded {
  readonly megabytesPerS: number;
  readonly cuts: number;
  readonly heldMb: readonly [number, number];
  readonly rssPeakMb: number;
}

/** 2 GiB over loopback into a hub, its connection cut ten times; and by one PUT into a plain server that hashes and syncs as often. */
export async function run(): Promise<BenchResult> {
  const content = new UploadContent(PIECES);
  const uploads: Uploaded[] = [];
  const puts: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    uploads.push(await inFolder((folder) => uploadToHub(folder, content)));
    puts.push(await inFolder((folder) => putPlainly(folder, content)));
  }
  return summary(content, uploads, puts);
}

function summary(content: UploadContent, uploads: readonly Uploaded[], puts: readonly number[]): BenchResult {
  const hub = uploads.map(({ megabytesPerS }) => megabytesPerS);
  const ratio = median(hub) / median(puts);
  const growthMb = Math.max(...uploads.map(({ heldMb }) => heldMb[1] - heldMb[0]));
  const rssPeakMb = Math.max(...uploads.map((upload) => upload.rssPeakMb));
  const isWhole = uploads.every(({ cuts }) => cuts === CUTS);
  return {
    ok: isWhole && ratio >= RATIO && growthMb <= GROWTH_MB && rssPeakMb <= PEAK_MB,
    bytes: content.sizeBytes,
    cuts: CUTS,
    hub: { megabytesPerS: median(hub), rounds: hub, heldMb: uploads.map(({ heldMb }) => heldMb), growthMb, rssPeakMb },
    put: { megabytesPerS: median(puts), rounds: puts },
    ratio,
    bounds: { ratio: RATIO, growthMb: GROWTH_MB, rssPeakMb: PEAK_MB },
  };
}

/** A folder of its own, gone afterwards: three rounds would fill many a disk. */
async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-upload-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Timed from the first request to the last answer; whole only when the hub says so to the phone, with the hash. */
async function uploadToHub(folder: string, content: UploadContent): Promise<Uploaded> {
  const hub = await IngestHub.start(folder, []);
  let phone: UploadPhone | undefined;
  try {
    const [token] = (await hub.pair(1)) as [string];
    phone = await UploadPhone.join(hub.url, token, content);
    await hub.allArmed(1);
    const session = await hub.record();
    await hub.client.order({ kind: "stop_recording", session });
    const heldBefore = await hub.heldMb();
    const watch = new ProcessWatch(hub.pid);
    const sender = new UploadSender(new URL(UPLOAD_PATH, hub.url).href, token);
    const startMs = performance.now();
    const cuts = await sender.send({ session, fileId: phone.fileId, content, cuts: spread(CUTS) });
    const megabytesPerS = speed(content, startMs);
    const rssPeakMb = Math.max(...watch.stop().map(({ rssMb }) => rssMb));
    await phone.fileStored();
    return { megabytesPerS, cuts, heldMb: [heldBefore, await hub.heldMb()], rssPeakMb };
  } finally {
    phone?.leave();
    await hub.stop();
  }
}

/** So many bodies, evenly among all. */
function spread(count: number): ReadonlySet<number> {
  return new Set(Array.from({ length: count }, (_, index) => Math.floor(((index + 1) * PIECES) / (count + 1))));
}

async function putPlainly(folder: string, content: UploadContent): Promise<number> {
  const child = fork(fileURLToPath(new URL("./put-child.js", import.meta.url)), [join(folder, "put.bin")]);
  try {
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    const startMs = performance.now();
    const headers = { "content-length": content.sizeBytes };
    const sent = request({ host: "127.0.0.1", port, method: "PUT", headers });
    const answered = once(sent, "response") as Promise<[IncomingMessage]>;
    for (let at = 0; at < content.sizeBytes;) {
      for (const part of content.from(at)) {
        at += part.length;
        if (!sent.write(part)) await once(sent, "drain");
      }
    }
    sent.end();
    const [answer] = await answered;
    const megabytesPerS = speed(content, startMs);
    const sha256 = (await answer.toArray()).map(String).join("");
    if (sha256 !== content.sha256) throw new Error("the plain server hashed something else");
    return megabytesPerS;
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

function speed({ sizeBytes }: UploadContent, startMs: number): number {
  return sizeBytes / 1000 / (performance.now() - startMs);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
