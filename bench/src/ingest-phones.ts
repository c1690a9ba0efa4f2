import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StreamCounts } from "@polychron/session/format";
import { diskFiles, SessionReader } from "@polychron/session/store";
import { IngestHub } from "./ingest-hub.js";
import { PhoneCrowd } from "./phone-crowd.js";
import { ProcessWatch, type Look } from "./process-watch.js";
import type { BenchResult } from "./runner.js";

const CROWDS = [8, 32, 64];
/** Of the largest crowd, whose memory is judged; the others have a fifth of it. */
const DURATION_S = 300;
const SMALL_SHARE = 0.2;
/** The first fifth of a run is warming up, on both sides. */
const WARM_UP_SHARE = 0.2;
const BLOCKS_PER_S = 10;
const SAMPLES_PER_BLOCK = 64;
/** A message may cost the hub so many times what it costs a server that only counts it. */
const CPU_RATIO = 2.5;
const GROWTH = 0.1;
const PEAK_MB = 512;
const LEAST_OF_NOMINAL = 0.98;

/** How long the same is measured once more with a page open, for which the hub draws curves and counts. */
const WITH_PAGE_S = 30;

/** What a server used for each message, after its warm-up. */
interface Cost {
  readonly messages: number;
  readonly cpuUsPerMessage: number;
  readonly cpuShare: number;
  readonly rssPeakMb: number;
}

interface Recorded extends Cost {
  readonly streams: readonly StreamCounts[];
  readonly sentAgain: number;
  readonly refused: number;
  /** What a message costs while a page is open. */
  readonly cpuUsWithPage: number;
  /** What the hub held at the end of the warm-up and at the end. */
  readonly heldMb: readonly [number, number];
}

/**
 * 8, 32 and 64 phones over Socket.IO into a hub that records them, without a page and with one; then, as long, into a bare
 * Socket.IO server that counts.
 */
export async function run(): Promise<BenchResult> {
  const longestS = Number(process.env["POLYCHRON_BENCH_S"] ?? DURATION_S);
  const rounds = [];
  for (const phones of CROWDS) {
    const durationS = phones === Math.max(...CROWDS) ? longestS : longestS * SMALL_SHARE;
    const recorded = await withCrowd((crowd) => recordWithHub(crowd, phones, durationS));
    const bare = await withCrowd((crowd) => countBare(crowd, phones, durationS));
    rounds.push(judge({ phones, durationS, recorded, bare }));
  }
  const bounds = { cpuRatio: CPU_RATIO, growth: GROWTH, rssPeakMb: PEAK_MB, lost: 0 };
  return {
    ok: rounds.every(({ ok }) => ok),
    blocksPerS: BLOCKS_PER_S,
    samplesPerBlock: SAMPLES_PER_BLOCK,
    rounds,
    bounds,
  };
}

async function withCrowd<Result>(work: (crowd: PhoneCrowd) => Promise<Result>): Promise<Result> {
  const crowd = new PhoneCrowd();
  try {
    return await work(crowd);
  } finally {
    await crowd.stop();
  }
}

async function recordWithHub(crowd: PhoneCrowd, phones: number, durationS: number): Promise<Recorded> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-phones-"));
  const hub = await IngestHub.start(folder, []);
  try {
    await crowd.join({ url: hub.url, keeps: true }, await hub.pair(phones));
    await hub.allArmed(phones);
    const session = await hub.record();
    const sent = async (): Promise<number> => (await crowd.count()).sent;
    hub.leavePage();
    await pause(durationS * WARM_UP_SHARE);
    const warmMb = await hub.heldMb();
    const cost = await measure(hub.pid, durationS * (1 - WARM_UP_SHARE), sent);
    const heldMb = [warmMb, await hub.heldMb()] as const;
    await hub.openPage();
    const withPage = await measure(hub.pid, Math.min(WITH_PAGE_S, durationS), sent);
    await hub.end(session);
    const { sentAgain, refused } = await crowd.leave();
    const { metadata } = await SessionReader.open(diskFiles(), folder, session);
    const streams = metadata.recordings.flatMap((recording) => recording.streams);
    const cpuUsWithPage = withPage.cpuUsPerMessage;
    return {
      ...cost,
      cpuUsWithPage,
      streams: streams.filter(({ stream }) => stream === "imu"),
      sentAgain,
      refused,
      heldMb,
    };
  } finally {
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function countBare(crowd: PhoneCrowd, phones: number, durationS: number): Promise<Cost> {
  const child = fork(fileURLToPath(new URL("./bare-phones-child.js", import.meta.url)));
  try {
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    await crowd.join(
      { url: `http://127.0.0.1:${port}`, keeps: false },
      Array.from({ length: phones }, () => ""),
    );
    await pause(durationS * WARM_UP_SHARE);
    return await measure(child.pid!, durationS * (1 - WARM_UP_SHARE), async () => {
      const counted = once(child, "message");
      child.send("count");
      const [{ blocks }] = (await counted) as [{ blocks: number }];
      return blocks;
    });
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

async function measure(pid: number, seconds: number, count: () => Promise<number>): Promise<Cost> {
  const before = await count();
  const watch = new ProcessWatch(pid);
  await pause(seconds);
  const looks = watch.stop();
  const messages = (await count()) - before;
  const [first, last] = [looks[0]!, looks.at(-1)!] as [Look, Look];
  const cpuS = last.cpuS - first.cpuS;
  return {
    messages,
    cpuUsPerMessage: (1e6 * cpuS) / messages,
    cpuShare: cpuS / (last.atS - first.atS),
    rssPeakMb: Math.max(...looks.map(({ rssMb }) => rssMb)),
  };
}

function judge(round: { phones: number; durationS: number; recorded: Recorded; bare: Cost }): {
  ok: boolean;
  [number: string]: unknown;
} {
  const { phones, durationS, bare } = round;
  const { streams, ...recorded } = round.recorded;
  const cpuRatio = recorded.cpuUsPerMessage / bare.cpuUsPerMessage;
  const cpuRatioWithPage = recorded.cpuUsWithPage / bare.cpuUsPerMessage;
  const growth = recorded.heldMb[1] / recorded.heldMb[0] - 1;
  const samples = sumOf(streams);
  const least = phones * BLOCKS_PER_S * SAMPLES_PER_BLOCK * durationS * LEAST_OF_NOMINAL;
  const isWhole =
    streams.length === phones &&
    streams.every(({ expected, received, written }) => expected === received && received === written);
  // Only the longest round is long enough to tell what grows from what fills up.
  const isFlat = phones < Math.max(...CROWDS) || growth <= GROWTH;
  return {
    ok:
      isWhole &&
      samples.written >= least &&
      recorded.refused === 0 &&
      Math.max(cpuRatio, cpuRatioWithPage) <= CPU_RATIO &&
      isFlat &&
      recorded.rssPeakMb <= PEAK_MB,
    ...{ phones, durationS, samples, lost: samples.expected - samples.written, cpuRatio },
    ...{ cpuRatioWithPage, growth, hub: recorded, bare },
  };
}

function sumOf(streams: readonly StreamCounts[]): { expected: number; received: number; written: number } {
  const sum = { expected: 0, received: 0, written: 0 };
  for (const { expected, received, written } of streams) {
    sum.expected += expected;
    sum.received += received;
    sum.written += written;
  }
  return sum;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
