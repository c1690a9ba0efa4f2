import { parseMetadata, type SessionMetadata } from "@polychron/session/format";
import { errorReport, type SessionEvent } from "@polychron/session/model";
import {
  atCall,
  checkSession,
  faulty,
  KilledError,
  listTree,
  readWhole,
  SessionReader,
  type FileSystem,
} from "@polychron/session/store";
import {
  change,
  completed,
  DATA,
  FOLDER,
  ID,
  interrupted,
  LOG,
  METADATA,
  overwrite,
  repair,
  WRITTEN,
} from "./interrupted.js";
import { GSR, gsrBlock, NEW_STREAM, SHIMMER, textOf, workbench } from "./store-bench.js";

async function metadataOf(files: FileSystem): Promise<SessionMetadata> {
  const parsed = parseMetadata(textOf(await readWhole(files, METADATA)));
  if (parsed.kind !== "good") throw new Error(JSON.stringify(parsed));
  return parsed.value;
}

async function eventsOf(files: FileSystem): Promise<SessionEvent[]> {
  const events = [];
  for await (const event of (await SessionReader.open(files, "/rec", ID)).events()) events.push(event);
  return events;
}

async function samplesOf(files: FileSystem): Promise<number> {
  const reader = await SessionReader.open(files, "/rec", ID);
  let samples = 0;
  for (const stream of await reader.streams()) for await (const rows of reader.blocks(stream)) samples += rows.count;
  return samples;
}

/** Everything on a disk, by path. */
async function contents(files: FileSystem): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { path, kind } of await listTree(files, FOLDER)) {
    found.set(
      path,
      kind === "file" ? Buffer.from(await readWhole(files, `${FOLDER}/${path}`)).toString("base64") : kind,
    );
  }
  return found;
}

const problems = async (files: FileSystem): Promise<string[]> =>
  (await checkSession({ files, recordingsFolder: "/rec", sessionId: ID })).findings.map(
    ({ code, path }) => `${code} ${path}`,
  );

describe("repair of an interrupted recording", () => {
  test("finishes and registers its files, stops the recording and says what was lost", async () => {
    const { bench, disk } = await interrupted();
    const report = await repair(bench, disk);
    expect(report).toMatchObject({ changed: true, status: "recording", setAside: [], unfinished: [] });
    expect(report.lost).toEqual([
      expect.objectContaining({ device: "shimmer_3a5f", stream: "clock" }) as object,
      expect.objectContaining({
        stream: "gsr",
        last_seq: WRITTEN - 1,
        missing: 0,
        tail_at_most_s: 0.25,
        tail_at_most_samples: 32,
      }) as object,
    ]);
    const metadata = await metadataOf(disk);
    expect(metadata.recordings[0]).toMatchObject({ number: 1, streams: [{ written: WRITTEN, expected: WRITTEN }] });
    // Arrivals are written in whole microseconds.
    expect(metadata.recordings[0]!.stop_t_s).toBe(Math.round((1 + (WRITTEN - 1) / 128) * 1e6) / 1e6);
    expect(metadata.recoveries).toEqual([expect.objectContaining({ found_state: "recording", choice: "repair" })]);
    expect(await samplesOf(disk)).toBe(WRITTEN);
    expect(await problems(disk)).toEqual([]);
  });

  test("done twice changes nothing the second time", async () => {
    const { bench, disk } = await interrupted();
    await change(disk, `${DATA}.part`, (bytes) => bytes.subarray(0, -7));
    await change(disk, LOG, (bytes) => bytes.subarray(0, -3));
    await repair(bench, disk);
    const after = await contents(disk);
    expect(await repair(bench, disk)).toMatchObject({ changed: false, metadata: "kept", registered: [], setAside: [] });
    expect(await contents(disk)).toEqual(after);
  });

  test("keeps a torn last line aside and every whole line in place", async () => {
    const { bench, disk } = await interrupted();
    const before = await readWhole(disk, `${DATA}.part`);
    await overwrite(disk, `${DATA}.part`, before.subarray(0, -7));
    const report = await repair(bench, disk);
    expect(report.setAside).toEqual([
      {
        path: "recovered/shimmer_3a5f_gsr_20250731_143023.csv.part.tail-1",
        from: expect.any(String) as string,
        sizeBytes: expect.any(Number) as number,
      },
    ]);
    expect(await samplesOf(disk)).toBe(WRITTEN - 1);
    const cut = await readWhole(disk, DATA);
    expect(textOf(before).startsWith(textOf(cut))).toBe(true);
    expect(textOf(cut) + textOf(await readWhole(disk, `${FOLDER}/${report.setAside[0]!.path}`))).toBe(
      textOf(before).slice(0, -7),
    );
  });

  test("a hole in the device's own numbers is counted exactly", async () => {
    const { bench, disk } = await interrupted();
    await change(disk, `${DATA}.part`, (bytes) => {
      const lines = textOf(bytes).split("\n");
      lines.splice(100, 5);
      return new TextEncoder().encode(lines.join("\n"));
    });
    const report = await repair(bench, disk);
    expect(report.lost.find(({ stream }) => stream === "gsr")).toMatchObject({ missing: 5 });
    expect((await metadataOf(disk)).recordings[0]).toMatchObject({
      streams: [{ written: WRITTEN - 5, expected: WRITTEN }],
    });
  });

  test("after a power cut the bound of what was lost is larger", async () => {
    const { bench, disk } = await interrupted();
    bench.clock.bootId = "boot-2";
    expect((await repair(bench, disk)).lost[1]).toMatchObject({ tail_at_most_s: 1.5 });
  });

  test.each([
    ["the hub", "boot-1", 1.5],
    ["the power", "boot-2", 2],
  ])(
    "what a phone streams is written seldom: without %s it lost more, and the bound says so",
    async (_what, boot, mostS) => {
      const bench = workbench();
      const session = await (await bench.open()).create({ operator: "op" });
      await session.addDevice("phone_1", { ...SHIMMER, device_type: "android_phone" });
      await session.startRecording({ atUs: bench.clock.us, devices: ["phone_1"] });
      const info = { ...GSR, isKeptByDevice: true } as const;
      const stream = await session.openStream({ ...NEW_STREAM, deviceId: "phone_1", info });
      for (let seq = 0; stream.counters.written === 0; seq += 16) {
        stream.append(gsrBlock(seq, 16, bench.clock.us));
        bench.timers.advance(125);
        await new Promise((resume) => setImmediate(resume));
      }
      const disk = bench.memory.afterKill();
      bench.clock.bootId = boot;
      const { lost } = await repair(bench, disk);
      expect(lost).toMatchObject([{ device: "phone_1", tail_at_most_s: mostS, tail_at_most_samples: 128 * mostS }]);
    },
  );
});

describe("repair of damaged documents", () => {
  test("metadata cut at any byte are rebuilt to what they were", async () => {
    const { bench, disk } = await completed();
    const whole = await readWhole(disk, METADATA);
    const { seal: _seal, ...sound } = await metadataOf(disk);
    for (let cut = 0; cut < whole.length - 2; cut += 37) {
      const damaged = disk.afterKill();
      await overwrite(damaged, METADATA, whole.subarray(0, cut));
      const report = await repair(bench, damaged);
      const { seal, recoveries, ...rebuilt } = await metadataOf(damaged);
      expect(report.metadata).toBe("rebuilt");
      expect({ ...rebuilt, recoveries: [] }).toEqual(sound);
      expect(recoveries).toHaveLength(1);
      expect(seal).toBeDefined();
      expect(await problems(damaged)).toEqual([]);
    }
  });

  test("a log cut at any byte keeps every whole event, and the rest is set aside", async () => {
    const { bench, disk } = await interrupted();
    const whole = await readWhole(disk, LOG);
    const lines = textOf(whole).split("\n");
    for (let cut = 0; cut < whole.length; cut += 11) {
      const damaged = disk.afterKill();
      await overwrite(damaged, LOG, whole.subarray(0, cut));
      await repair(bench, damaged);
      const text = textOf(await readWhole(damaged, LOG));
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      const kept = lines.filter(
        (line, index) =>
          index > 0 &&
          Buffer.byteLength(
            lines
              .slice(0, index + 1)
              .join("\n")
              .replace(/,$/, ""),
          ) <= cut &&
          line.startsWith("{"),
      );
      const events = await eventsOf(damaged);
      expect(events.slice(0, kept.length).map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1));
      expect((await repair(bench, damaged)).changed).toBe(false);
      expect(await samplesOf(damaged)).toBe(WRITTEN);
    }
  });

  test("NUL bytes behind a log are set aside and the close is put back", async () => {
    const { bench, disk } = await interrupted();
    await change(disk, LOG, (bytes) => Buffer.concat([bytes.subarray(0, -3), Buffer.alloc(4096)]));
    const report = await repair(bench, disk);
    expect(report.setAside[0]).toMatchObject({ sizeBytes: 4097 });
    expect(JSON.parse(textOf(await readWhole(disk, LOG)))).toHaveProperty("events");
    expect(await problems(disk)).toEqual([]);
  });

  test("any flipped byte in log, metadata or data leaves a session that opens, and a second repair changes nothing", async () => {
    const { bench, disk } = await interrupted();
    let state = 20250731;
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const places = [LOG, METADATA, `${DATA}.part`];
    for (let flip = 0; flip < 300; flip++) {
      const damaged = disk.afterKill();
      const path = places[flip % places.length]!;
      await change(damaged, path, (bytes) => {
        bytes[random(bytes.length)]! ^= 1 << random(8);
        return bytes;
      });
      await repair(bench, damaged);
      expect((await eventsOf(damaged)).length).toBeGreaterThan(5);
      const samples = await samplesOf(damaged).catch((error: unknown) => errorReport(error).code);
      if (samples !== "DATA_BROKEN") expect(samples).toBeGreaterThanOrEqual(path === places[2] ? WRITTEN - 2 : WRITTEN);
      else expect(path).toBe(places[2]);
      expect((await repair(bench, damaged)).changed).toBe(false);
    }
  }, 120_000);

  test("with log and metadata both gone the data are still registered", async () => {
    const { bench, disk } = await interrupted();
    await disk.remove(LOG);
    await disk.remove(METADATA);
    await repair(bench, disk);
    const metadata = await metadataOf(disk);
    expect(metadata).toMatchObject({
      session_id: ID,
      devices: { shimmer_3a5f: { device_type: "shimmer_gsr", simulated: true, recovered: true } },
    });
    expect(metadata.recordings[0]).toMatchObject({ stamp: "20250731_143023", recovered: true });
    expect(await samplesOf(disk)).toBe(WRITTEN);
    expect((await repair(bench, disk)).changed).toBe(false);
  });

  test("metadata of a newer version are not touched", async () => {
    const { bench, disk } = await completed();
    await change(disk, METADATA, (bytes) =>
      new TextEncoder().encode(textOf(bytes).replace('"schema_version": 1', '"schema_version": 2')),
    );
    const before = await contents(disk);
    await expect(repair(bench, disk)).rejects.toMatchObject({ code: "METADATA_NEWER" });
    expect(await contents(disk)).toEqual(before);
  });

  test("a completed session that is whole stays as it is, byte for byte", async () => {
    const { bench, disk } = await completed();
    const before = await contents(disk);
    expect(await repair(bench, disk)).toMatchObject({ changed: false });
    expect(await contents(disk)).toEqual(before);
  });
});

test("a repair that is killed at any call is finished by the next one", async () => {
  const { bench, disk } = await interrupted();
  await change(disk, `${DATA}.part`, (bytes) => bytes.subarray(0, -7));
  await change(disk, LOG, (bytes) => bytes.subarray(0, -20));
  const whole = disk.afterKill();
  await repair(bench, whole);
  const expected = (await eventsOf(whole)).map(({ event }) => event);
  for (let call = 1; ; call++) {
    const damaged = disk.afterKill();
    const failing = faulty(damaged, atCall(call, { kind: call % 2 === 0 ? "kill" : "tear" }));
    await repair(bench, failing).catch((error: unknown) => {
      if (!(error instanceof KilledError)) throw error;
    });
    if (failing.calls < call) break;
    const next = damaged.afterKill();
    await repair(bench, next);
    expect((await repair(bench, next)).changed).toBe(false);
    expect(await samplesOf(next)).toBe(WRITTEN - 1);
    const kinds = (await eventsOf(next)).map(({ event }) => event);
    expect(kinds).toEqual(expect.arrayContaining(expected));
    expect((await metadataOf(next)).recordings[0]).toMatchObject({ streams: [{ written: WRITTEN - 1 }] });
    expect(await problems(next)).toEqual([]);
  }
}, 120_000);
