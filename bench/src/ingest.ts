import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Lab } from "@polychron/hub";
import type { StreamCounts } from "@polychron/session/format";
import { diskFiles, SessionReader } from "@polychron/session/store";
import { IngestHub } from "./ingest-hub.js";
import { ProcessWatch, type Look } from "./process-watch.js";
import type { BenchResult } from "./runner.js";

const SHIMMERS = 16;
const RATE_HZ = 512;
const DURATION_S = 300;
/** The floor's cost a second does not change: a fifth of the time is enough to know it. */
const FLOOR_SHARE = 0.2;
/** The first fifth of a run is warming up: code is compiled, buffers and curves reach their size. */
const WARM_UP_SHARE = 0.2;
/** Memory is flat when what is held grows by less than this from the end of the warm-up to the end of the recording… */
const GROWTH = 0.1;
/** …and the process never has more than this, garbage included. */
const PEAK_MB = 512;
/** A stream must hold what its rate promises, but for what it takes to start and stop. */
const LEAST_OF_NOMINAL = 0.98;

interface Floor {
  readonly seconds: number;
  readonly cpuS: number;
  readonly bytes: number;
  readonly rssMb: number;
}

interface Recorded {
  readonly durationS: number;
  readonly looks: readonly Look[];
  /** What the hub held at the end of the warm-up and at the end. */
  readonly heldMb: readonly [number, number];
  readonly streams: readonly StreamCounts[];
}

/** 16 emulated Shimmers at 512 Hz over pseudo-terminals into a hub of its own; then into a bare process that only writes. */
export async function run(): Promise<BenchResult> {
  const durationS = Number(process.env["POLYCHRON_BENCH_S"] ?? DURATION_S);
  const folder = await mkdtemp(join(tmpdir(), "polychron-ingest-"));
  const lab = await Lab.start({ shimmers: SHIMMERS, seed: 1 });
  try {
    const ports = lab.candidates.map(({ address }) => address);
    const recorded = await recordWithHub(folder, ports, durationS);
    const floor = await readBare(folder, ports, durationS * FLOOR_SHARE);
    return summary(recorded, floor);
  } finally {
    await lab.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function recordWithHub(folder: string, ports: readonly string[], durationS: number): Promise<Recorded> {
  const recordings = join(folder, "recordings");
  const hub = await IngestHub.start(recordings, ports);
  try {
    await hub.arm(ports, RATE_HZ);
    const watch = new ProcessWatch(hub.pid);
    const session = await hub.record();
    await pause(durationS * WARM_UP_SHARE);
    const warm = await hub.heldMb();
    await pause(durationS * (1 - WARM_UP_SHARE));
    const heldMb = [warm, await hub.heldMb()] as const;
    await hub.end(session);
    const looks = watch.stop();
    const { metadata } = await SessionReader.open(diskFiles(), recordings, session);
    return { durationS, looks, heldMb, streams: metadata.recordings.flatMap((recording) => recording.streams) };
  } finally {
    await hub.stop();
  }
}

async function readBare(folder: string, ports: readonly string[], seconds: number): Promise<Floor> {
  const raw = join(folder, "raw");
  await mkdir(raw);
  const child = fileURLToPath(new URL("./ingest-floor-child.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [child, raw, String(seconds), ...ports]);
  return JSON.parse(stdout) as Floor;
}

function summary({ durationS, looks, heldMb, streams }: Recorded, floor: Floor): BenchResult {
  const hubCpu = cpuShare(looks);
  const floorCpu = floor.cpuS / floor.seconds;
  const growth = heldMb[1] / heldMb[0] - 1;
  const rssPeakMb = Math.max(...looks.map(({ rssMb }) => rssMb));
  const samples = sumOf(streams);
  const least = SHIMMERS * RATE_HZ * durationS * LEAST_OF_NOMINAL;
  return {
    ok: isWhole(streams) && samples.written >= least && growth <= GROWTH && rssPeakMb <= PEAK_MB,
    durationS,
    shimmers: SHIMMERS,
    rateHz: RATE_HZ,
    samples,
    hub: { cpuShare: hubCpu, heldMb, growth, rssPeakMb, rssMb: everyFifth(looks) },
    floor: { cpuShare: floorCpu, rssMb: floor.rssMb, bytesPerS: Math.round(floor.bytes / floor.seconds) },
    cpuOverFloor: hubCpu / floorCpu,
    microsecondsPerSample: (1e6 * hubCpu) / (SHIMMERS * RATE_HZ),
    bounds: { growth: GROWTH, rssPeakMb: PEAK_MB, lost: 0 },
  };
}

/** Nothing lost: every Shimmer's stream is there, and what was expected was received and written. */
function isWhole(streams: readonly StreamCounts[]): boolean {
  const isGood = ({ expected, received, written }: StreamCounts): boolean =>
    expected === received && received === written;
  return streams.length === SHIMMERS && streams.every(isGood);
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

/** Of one core. */
function cpuShare(looks: readonly Look[]): number {
  const [first, last] = [looks[0]!, looks.at(-1)!];
  return (last.cpuS - first.cpuS) / (last.atS - first.atS);
}

/** Mean memory of the process in each fifth of the run, MB. */
function everyFifth(looks: readonly Look[]): number[] {
  const endS = looks.at(-1)!.atS;
  return [0, 1, 2, 3, 4].map((fifth) => {
    const within = looks.filter(({ atS }) => Math.min(4, Math.floor((5 * atS) / endS)) === fifth);
    return Math.round(within.reduce((sum, { rssMb }) => sum + rssMb, 0) / within.length);
  });
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
