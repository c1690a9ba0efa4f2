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
/** Before anything is measured: by then most of what runs often has been compiled, on both sides. */
const WARM_UP_S = 60;
const BLOCKS_PER_S = 10;
const SAMPLES_PER_BLOCK = 64;
/** A message may cost the hub so many times what it costs a server that only counts it. */
const CPU_RATIO = 2.5;
const GROWTH = 0.1;
const PEAK_MB = 512;
const LEAST_OF_NOMINAL = 0.98;

/** How long the same is measured once more with a page open, for which the hub draws curves and counts; it is not judged. */
const WITH_PAGE_S = 30;

/** What a server used for each message. */
interface Cost {
  readonly messages: number;
  readonly cpuUsPerMessage: number;
  readonly cpuShare: number;
  readonly rssPeakMb: number;
}

/** Hub and bare server over the same time. */
interface Pair {
  readonly hub: Cost;
  readonly bare: Cost;
}

interface Round extends Pair {
  readonly phones: number;
  readonly durationS: number;
  readonly withPage: Pair;
  readonly streams: readonly StreamCounts[];
  readonly sentAgain: number;
  readonly refused: number;
  /** What the hub held at the end of the warm-up and at the end. */
  readonly heldMb: readonly [number, number];
}

/**
 * 8, 32 and 64 phones over Socket.IO into a hub that records them, and beside it as many into a bare Socket.IO server that
 * counts: both are measured at the same time, for the speed of a machine may change by a third within a minute.
 */
export async function run(): Promise<BenchResult> {
  const longestS = Number(process.env["POLYCHRON_BENCH_S"] ?? DURATION_S);
  const rounds = [];
  for (const phones of CROWDS) {
    const durationS = phones === Math.max(...CROWDS) ? longestS : longestS * SMALL_SHARE;
    const warmUpS = Math.min(WARM_UP_S, longestS * SMALL_SHARE);
    rounds.push(judge(await besideBare(phones, (bare) => recordWithHub(bare, { phones, durationS, warmUpS }))));
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

/** A process, and how many blocks it was sent so far. */
interface Server {
  readonly pid: number;
  sent(): Promise<number>;
}

async function recordWithHub(
  bare: Server,
  { phones, durationS, warmUpS }: { phones: number; durationS: number; warmUpS: number },
): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-phones-"));
  const hub = await IngestHub.start(folder, []);
  const crowd = new PhoneCrowd();
  try {
    await crowd.join({ url: hub.url, keeps: true }, await hub.pair(phones));
    await hub.allArmed(phones);
    const session = await hub.record();
    const own = { pid: hub.pid, sent: async () => (await crowd.count()).sent };
    hub.leavePage();
    await pause(warmUpS);
    const warmMb = await hub.heldMb();
    const costs = await measureBoth(own, bare, durationS);
    const heldMb = [warmMb, await hub.heldMb()] as const;
    await hub.openPage();
    const withPage = await measureBoth(own, bare, Math.min(WITH_PAGE_S, durationS));
    await hub.end(session);
    const { sentAgain, refused } = await crowd.leave();
    const { metadata } = await SessionReader.open(diskFiles(), folder, session);
    const streams = metadata.recordings.flatMap((recording) => recording.streams);
    const imu = streams.filter(({ stream }) => stream === "imu");
    return { ...costs, phones, durationS, withPage, streams: imu, sentAgain, refused, heldMb };
  } finally {
    await crowd.stop();
    await hub.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function besideBare<Result>(phones: number, work: (bare: Server) => Promise<Result>): Promise<Result> {
  const child = fork(fileURLToPath(new URL("./bare-phones-child.js", import.meta.url)));
  const crowd = new PhoneCrowd();
  try {
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    const nobody = Array.from({ length: phones }, () => "");
    await crowd.join({ url: `http://127.0.0.1:${port}`, keeps: false }, nobody);
    return await work({
      pid: child.pid!,
      sent: async () => {
        const counted = once(child, "message");
        child.send("count");
        const [{ blocks }] = (await counted) as [{ blocks: number }];
        return blocks;
      },
    });
  } finally {
    await crowd.stop();
    child.kill();
    await once(child, "exit");
  }
}

async function measureBoth(hub: Server, bare: Server, seconds: number): Promise<Pair> {
  const [ofHub, ofBare] = await Promise.all([measure(hub, seconds), measure(bare, seconds)]);
  return { hub: ofHub, bare: ofBare };
}

async function measure({ pid, sent }: Server, seconds: number): Promise<Cost> {
  const before = await sent();
  const watch = new ProcessWatch(pid);
  await pause(seconds);
  const looks = watch.stop();
  const messages = (await sent()) - before;
  const [first, last] = [looks[0]!, looks.at(-1)!] as [Look, Look];
  const cpuS = last.cpuS - first.cpuS;
  return {
    messages,
    cpuUsPerMessage: (1e6 * cpuS) / messages,
    cpuShare: cpuS / (last.atS - first.atS),
    rssPeakMb: Math.max(...looks.map(({ rssMb }) => rssMb)),
  };
}

function judge({ streams, withPage, ...round }: Round): { ok: boolean; [number: string]: unknown } {
  const { phones, durationS, hub, heldMb } = round;
  const cpuRatio = ratioOf(round);
  const growth = heldMb[1] / heldMb[0] - 1;
  const samples = sumOf(streams);
  const least = phones * BLOCKS_PER_S * SAMPLES_PER_BLOCK * durationS * LEAST_OF_NOMINAL;
  const isWhole =
    streams.length === phones &&
    streams.every(({ expected, received, written }) => expected === received && received === written);
  // Only the longest round is long enough to tell what grows from what fills up.
  const isFlat = phones < Math.max(...CROWDS) || growth <= GROWTH;
  const isCheap = cpuRatio <= CPU_RATIO && hub.rssPeakMb <= PEAK_MB;
  return {
    ok: isWhole && samples.written >= least && round.refused === 0 && isCheap && isFlat,
    ...{ samples, lost: samples.expected - samples.written, cpuRatio, growth, ...round },
    withPage: { cpuRatio: ratioOf(withPage), ...withPage },
  };
}

function ratioOf({ hub, bare }: Pair): number {
  return hub.cpuUsPerMessage / bare.cpuUsPerMessage;
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
