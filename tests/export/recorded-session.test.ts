import { exportSession } from "@polychron/export";
import { joinPath } from "@polychron/session/format";
import { readWhole, SessionReader } from "@polychron/session/store";
import { gsrBlock, NEW_STREAM, SHIMMER, workbench } from "../session/store-bench.js";
import { SOFTWARE } from "./fixtures.js";

/** A session as the store itself records it: one Shimmer, 256 samples in blocks, clock observations, one marker. */
async function recorded() {
  const bench = workbench();
  const store = await bench.open();
  const session = await store.create({ name: "export" });
  await session.addDevice("shimmer_3a5f", SHIMMER);
  bench.clock.advance(1e6);
  const startUs = bench.clock.us;
  await session.startRecording({ atUs: startUs, devices: ["shimmer_3a5f"] });
  const writer = await session.openStream(NEW_STREAM);
  const clock = await session.openClockFile("shimmer_3a5f");
  for (let firstSeq = 0; firstSeq < 256; firstSeq += 32) {
    const block = gsrBlock(firstSeq, 32, startUs + (firstSeq * 1e6) / 128);
    writer.append(block);
    clock.append(block.deviceTimeS[31]!, block.arrivalUs[31]!);
  }
  bench.clock.advance(2e6);
  await session.marker({ label: "tone", atUs: startUs + 500_000, by: "op" });
  return { ...bench, session, startUs };
}

function exported({ memory, session }: Awaited<ReturnType<typeof recorded>>) {
  return exportSession(
    memory,
    { recordingsFolder: "/rec", sessionId: session.id },
    { formats: ["csv", "mat"], software: SOFTWARE },
  );
}

test("what the store recorded is exported whole: every sample, its session time, the marker", async () => {
  const bench = await recorded();
  await bench.session.stopRecording({ atUs: bench.clock.us, streams: [] });
  await bench.session.end({ reason: "done", by: "op" });
  const result = await exported(bench);
  expect(result).toMatchObject({ incomplete: [], simulated: true });
  const merged = result.formats[0]!.files.find((file) => file.name.endsWith("_merged.csv"))!;
  const text = new TextDecoder().decode(
    await readWhole(bench.memory, joinPath("/rec", bench.session.id, "exports/csv", merged.name)),
  );
  const [header, ...rows] = text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
  expect(header).toEqual([
    "t_s",
    "recording",
    "device",
    "stream",
    "marker",
    "shimmer_3a5f_gsr_counts",
    "shimmer_3a5f_gsr_uS",
  ]);
  const samples = rows.filter((row) => row[2] === "shimmer_3a5f");
  expect(samples.map((row) => Number(row[6]))).toEqual(Array.from({ length: 256 }, (_, seq) => 1 / (seq + 3)));
  samples.forEach((row, seq) => expect(Number(row[0])).toBeCloseTo(1 + seq / 128, 4));
  expect(rows.filter((row) => row[4] === "tone").map((row) => Number(row[0]))).toEqual([1.5]);
});

test("an export leaves the sealed session as it is", async () => {
  const bench = await recorded();
  await bench.session.stopRecording({ atUs: bench.clock.us, streams: [] });
  await bench.session.end({ reason: "done", by: "op" });
  const before = (await SessionReader.open(bench.memory, "/rec", bench.session.id)).metadata;
  await exported(bench);
  expect((await SessionReader.open(bench.memory, "/rec", bench.session.id)).metadata).toEqual(before);
});

test("a session that is still recording is exported as far as it is on the disk, and says so", async () => {
  const result = await exported(await recorded());
  expect(result.incomplete.map(({ reason }) => reason)).toContain("its status is recording, not completed");
  expect(result.incomplete.map(({ reason }) => reason)).toContain("the file was never finished");
});
