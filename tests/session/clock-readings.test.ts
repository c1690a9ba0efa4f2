import { checkSession, SessionReader, type ClockWriter, type FileSystem } from "@polychron/session/store";
import { ID, repair, startSession } from "./interrupted.js";

const PATH = "devices/shimmer_3a5f/sensor_data/shimmer_3a5f_clock_readings_20250731_143023.csv";
const EXCHANGE = [1.5, 7.25, 7.25, 1.75, 12, 1 / 32_768];

function pushAll(file: ClockWriter): void {
  file.push(
    EXCHANGE.map((value) => Float64Array.of(value)),
    1,
  );
  const unanswered = EXCHANGE.map((value, column) => (column >= 1 && column <= 3 ? 0 : value + 4));
  const missing = EXCHANGE.map((_, column) => (column >= 1 && column <= 3 ? Uint8Array.of(1) : undefined));
  file.push(
    unanswered.map((value) => Float64Array.of(value)),
    1,
    missing,
  );
}

async function readingsOf(files: FileSystem): Promise<number[][]> {
  const reader = await SessionReader.open(files, "/rec", ID);
  const rows: number[][] = [];
  for await (const { count, t1, t2, t3, t4, clockId, quantS } of reader.readings("shimmer_3a5f"))
    for (let row = 0; row < count; row++) rows.push([t1, t2, t3, t4, clockId, quantS].map((column) => column[row]!));
  return rows;
}

test("readings of a clock have a file of their own, listed and sealed, and are neither a stream nor probes", async () => {
  const { bench, session, atUs } = await startSession();
  pushAll(await session.openClockFile("shimmer_3a5f", "readings"));
  await session.stopRecording({ atUs: atUs + 2_000_000, streams: [] });
  bench.clock.advance(5_000_000);
  await session.end({ reason: "operator", by: "op" });

  const listed = session.metadata.files["shimmer_3a5f"]!.find(({ file_path }) => file_path === PATH);
  expect(listed).toMatchObject({ file_type: "clock_readings", samples: 2, complete: true, recording: 1 });
  const [answered, unanswered] = await readingsOf(bench.memory);
  expect(answered).toEqual(EXCHANGE);
  expect(unanswered!.map(Number.isNaN)).toEqual([false, true, true, true, false, false]);
  const reader = await SessionReader.open(bench.memory, "/rec", ID);
  expect((await reader.streams()).map(({ fileType }) => fileType)).toEqual(["gsr"]);
  for await (const rows of reader.probes("shimmer_3a5f")) expect(rows.count).toBe(0);
  const found = await checkSession({ files: bench.memory, recordingsFolder: "/rec", sessionId: ID, auditOnly: false });
  expect(found).toMatchObject({ ok: true, findings: [] });
});

test("readings that a killed hub left are kept by a repair, and are no stream of the recording", async () => {
  const { bench, session } = await startSession();
  const file = await session.openClockFile("shimmer_3a5f", "readings");
  pushAll(file);
  for (let turn = 0; turn < 1000 && file.counters.written < 2; turn++) {
    bench.timers.advance(100);
    await new Promise((resume) => setImmediate(resume));
  }
  const disk = bench.memory.afterKill();
  await repair(bench, disk);
  const { metadata } = await SessionReader.open(disk, "/rec", ID);
  const entry = metadata.files["shimmer_3a5f"]!.find(({ file_path }) => file_path === PATH);
  expect(entry).toMatchObject({ file_type: "clock_readings", samples: 2, complete: true, recovered: true });
  expect(metadata.recordings[0]!.streams.map(({ stream }) => stream)).toEqual(["gsr"]);
  expect((await readingsOf(disk))[0]).toEqual(EXCHANGE);
});
