import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { csvFormat, mat5Format, type ByteSink } from "@polychron/export";
import type { StreamTable, TimedSession } from "@polychron/processing/timed";
import { channelNames, longRows, type LongStream } from "./long-session.js";

const ROUNDS = 3;
const BLOCK_ROWS = 4096;

/** Seconds to encode one table, the best of three runs each; nothing touches a disk. */
export interface PeerTimes {
  readonly csvS: number;
  readonly pandasS: number;
  readonly matS: number;
  readonly scipyS: number;
}

const PEERS = `
import io, json, sys, time
import numpy as np
import pandas as pd
from scipy.io import savemat
names = json.loads(sys.argv[2])
data = np.fromfile(sys.argv[1]).reshape(len(names), -1)
table = pd.DataFrame({name: data[i] for i, name in enumerate(names)})
columns = {name: data[i].reshape(-1, 1) for i, name in enumerate(names)}
def best(run):
    times = []
    for _ in range(${ROUNDS}):
        before = time.perf_counter()
        run()
        times.append(time.perf_counter() - before)
    return min(times)
json.dump({
    "pandasS": best(lambda: table.to_csv("/dev/null", index=False)),
    "scipyS": best(lambda: savemat(io.BytesIO(), {"stream": columns})),
}, sys.stdout)
`;

/** Encodes the first `rows` rows of a stream as CSV and as MAT, here and by pandas and SciPy. */
export async function measurePeers(stream: LongStream, rows: number, scratchFile: string): Promise<PeerTimes> {
  const table = inMemory(stream, rows);
  const source = asSource(table);
  const csvS = await best(() => encode(csvFormat.files(source)[0]!, { write: async () => {} }));
  const memory = memorySink(new Uint8Array((table.columns.length + 1) * rows * 8 + (1 << 20)));
  const matS = await best(() => encode(mat5Format.files(source)[0]!, memory));
  await writeFile(scratchFile, wholeColumns(table));
  const names = table.columns.map((column) => column.name);
  const { stdout } = await promisify(execFile)(python(), ["-c", PEERS, scratchFile, JSON.stringify(names)]);
  return { csvS, matS, ...(JSON.parse(stdout) as { pandasS: number; scipyS: number }) };
}

interface MemoryTable extends StreamTable {
  readonly blocks: readonly Float64Array[][];
}

function inMemory(stream: LongStream, rowCount: number): MemoryTable {
  const blocks: Float64Array[][] = [];
  for (let from = 0; from < rowCount; from += BLOCK_ROWS) {
    const recorded = longRows(stream, from, Math.min(rowCount, from + BLOCK_ROWS));
    blocks.push([recorded[1]!.map((deviceTimeS) => deviceTimeS - 3999.98766), ...recorded]);
  }
  const names = ["t_s", "seq", "device_time_s", "arrival_time_s", ...channelNames(stream.channels)];
  const { deviceId, fileType, rateHz } = stream;
  return {
    name: `${deviceId}_${fileType}`,
    deviceId,
    fileType,
    recording: 1,
    simulated: true,
    nominalRateHz: rateHz,
    effectiveRateHz: rateHz,
    timeline: { method: "lower_envelope", boundS: 0, boundNote: "" },
    columns: names.map((name) => ({ name, unit: "", kind: "raw", description: "" })),
    rowCount,
    blocks,
    rows: async function* () {
      for (const columns of blocks) yield { count: columns[0]!.length, columns, missing: [] };
    },
  };
}

function asSource(table: StreamTable): TimedSession {
  const device = { deviceId: table.deviceId, deviceType: "shimmer_gsr", firmware: "", simulated: true };
  return {
    sessionId: "bench",
    facts: {},
    simulated: true,
    incomplete: [],
    devices: [device],
    streams: [table],
    markers: [],
  };
}

function encode(file: ReturnType<typeof csvFormat.files>[number], sink: ByteSink): Promise<void> {
  return file.encode(sink, { signal: new AbortController().signal, onRows: () => {} });
}

/** Keeps the bytes in memory that is there already, as Python's allocator keeps BytesIO's from one round to the next. */
function memorySink(bytes: Uint8Array): ByteSink {
  return { write: async (piece, position) => bytes.set(piece, position) };
}

/** The table column after column, as one piece of memory. */
function wholeColumns(table: MemoryTable): Float64Array {
  const whole = new Float64Array(table.rowCount * table.columns.length);
  table.columns.forEach((_, column) => {
    let at = column * table.rowCount;
    for (const block of table.blocks) {
      whole.set(block[column]!, at);
      at += block[column]!.length;
    }
  });
  return whole;
}

async function best(run: () => Promise<void>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = performance.now();
    await run();
    least = Math.min(least, (performance.now() - before) / 1000);
  }
  return least;
}

function python(): string {
  return process.env["PYTHON"] ?? (existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3");
}
