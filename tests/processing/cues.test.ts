import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findCues } from "@polychron/processing";
import { cueReport, type CueRow } from "@polychron/session/format";
import type { SessionEvent } from "@polychron/session/model";
import { diskFiles } from "@polychron/session/store";
import { findProgram } from "../../scripts/system-programs.mjs";
import { frameTimes } from "../../packages/processing/src/cues/frame-times.js";
import { loggedAct } from "../../packages/processing/src/cues/logged-acts.js";
import { residualRow, statedBoundS, summarise } from "../../packages/processing/src/cues/residuals.js";
import { accelerometersOf } from "../../packages/processing/src/cues/search-motion.js";
import { CHIRP_S, FLASH_S, TAP_S, writeCuedSession, type Spoilt } from "./cued-session.js";

const never = new AbortController().signal;
const software = { name: "polychron", version: "0" };
const withFfmpeg = findProgram("ffmpeg") === undefined ? test.skip : test;
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function cuesOf(spoilt: Spoilt = {}, ffmpeg = "ffmpeg"): Promise<{ rows: Record<string, CueRow>; file: string }> {
  const recordingsFolder = await mkdtemp(join(tmpdir(), "polychron-cues-"));
  folders.push(recordingsFolder);
  const sessionId = await writeCuedSession(recordingsFolder, spoilt);
  const search = { ffmpeg, software, signal: never };
  const { report } = await findCues(diskFiles(), { recordingsFolder, sessionId }, search);
  const file = join(recordingsFolder, sessionId, "processing/quality/cues.json");
  return { rows: Object.fromEntries(report.cues.map((row) => [row.kind, row])), file };
}

withFfmpeg(
  "a flash in a video, a chirp in noise and a knock are found at the times at which they were made",
  async () => {
    const { rows, file } = await cuesOf();
    const { flash, chirp, tap } = rows;
    expect(flash).toMatchObject({ device: "webcam_1", stream: "rgb", maker: "page", at_s: FLASH_S, inside: true });
    expect(Math.abs(flash!.residual_s!)).toBeLessThan(0.5 / 30);
    expect(chirp).toMatchObject({ device: "phone_1", stream: "audio", at_s: CHIRP_S, inside: true });
    expect(Math.abs(chirp!.residual_s!)).toBeLessThan(50e-6);
    expect(tap).toMatchObject({ device: "phone_1", stream: "imu", maker: "phone_1", at_s: TAP_S, inside: true });
    expect(Math.abs(tap!.residual_s!)).toBeLessThan(0.000_5);
    const written = cueReport.parse(JSON.parse(await readFile(file, "utf8")));
    expect(written.cues).toEqual(expect.arrayContaining([flash, chirp, tap]));
    expect(written.streams).toContainEqual(
      expect.objectContaining({ device: "phone_1", kind: "chirp", n: 1, missed: 0, inside: 1, outside: 0 }),
    );
  },
  60_000,
);

withFfmpeg(
  "a stream whose times are wrong is said to be outside; what is not there is said not to be found",
  async () => {
    const { rows } = await cuesOf({ framesLateS: 0.1, isRoomSilent: true });
    expect(rows["flash"]).toMatchObject({ inside: false, residual_s: expect.closeTo(0.1, 2) as number });
    expect(rows["chirp"]).toMatchObject({ found_s: null, residual_s: null, inside: null });
    expect(rows["chirp"]!.reason).toMatch(/nothing in the sound/);
    expect(rows["tap"]).toMatchObject({ inside: true });
  },
  60_000,
);

withFfmpeg(
  "a video that no decoder opens is named in its row, and the other streams are searched",
  async () => {
    const { rows } = await cuesOf({ isVideoBroken: true });
    expect(rows["flash"]!.reason).toMatch(/cannot be read/);
    expect(rows["tap"]).toMatchObject({ inside: true });
  },
  60_000,
);

withFfmpeg(
  "without the program that decodes, the search says what is missing",
  async () => {
    await expect(cuesOf({}, "/no/such/ffmpeg")).rejects.toMatchObject({ code: "PROCESSING_PROGRAM_MISSING" });
  },
  60_000,
);

const event = (details: object): SessionEvent =>
  ({ seq: 9, event: "sync_cue", t_s: 4, ...details }) as unknown as SessionEvent;

test("only acts that were done are looked for, and only in words that are known", () => {
  const done = { phase: "done", cue: 5, act: "tap", maker: "phone_1", uncertainty_s: 0.001 };
  expect(loggedAct(event(done))).toEqual({ cue: "5", kind: "tap", maker: "phone_1", atS: 4, boundS: 0.001 });
  expect(loggedAct(event({ ...done, uncertainty_s: null }))).toMatchObject({ boundS: null });
  for (const change of [{ phase: "ordered" }, { act: "song" }, { cue: "5" }, { maker: null }, { event: "marker" }])
    expect(loggedAct(event({ ...done, ...change }))).toBeUndefined();
});

test("a residual is judged against stream, cue and search together, and not at all where one bound is unknown", () => {
  const act = { cue: "5", kind: "tap", maker: "phone_1", atS: 4, boundS: 0.001 } as const;
  const stream = { device: "phone_1", stream: "imu", boundS: 0.001 };
  const found = { kind: "found", atS: 4.003, boundS: 0.002, confidence: 0.9 } as const;
  expect(residualRow(act, stream, found)).toMatchObject({ residual_s: 0.003, inside: true });
  expect(residualRow(act, stream, { ...found, atS: 3.99 })).toMatchObject({ residual_s: -0.01, inside: false });
  expect(residualRow(act, { ...stream, boundS: null }, found)).toMatchObject({ inside: null });
  expect(residualRow({ ...act, boundS: null }, stream, found)).toMatchObject({ inside: null, cue_bound_s: null });
  const absent = { kind: "absent", reason: "nothing knocked", confidence: 0.1 } as const;
  expect(residualRow(act, stream, absent)).toMatchObject({ found_s: null, inside: null, reason: "nothing knocked" });
});

test("a bound that leaves the latency of the link out is none against the time of a cue", () => {
  expect(statedBoundS({ method: "lower_envelope", boundS: 0.001 })).toBeNull();
  expect(statedBoundS({ method: "arrival", boundS: null })).toBeNull();
  expect(statedBoundS({ method: "two_way", boundS: 0.001 })).toBe(0.001);
});

test("per stream there are how many, the median and the farthest", () => {
  const act = { cue: "5", kind: "tap", maker: "phone_1", atS: 4, boundS: 0.001 } as const;
  const stream = { device: "phone_1", stream: "imu", boundS: 0.001 };
  const at = (atS: number) => residualRow(act, stream, { kind: "found", atS, boundS: 0.001, confidence: 1 });
  const lost = residualRow(act, stream, { kind: "absent", reason: "", confidence: 0 });
  expect(summarise([at(4.001), at(3.99), at(4.002), lost])).toEqual([
    {
      device: "phone_1",
      stream: "imu",
      kind: "tap",
      n: 3,
      missed: 1,
      median_s: 0.001,
      max_s: -0.01,
      inside: 2,
      outside: 1,
    },
  ]);
  expect(summarise([lost])).toMatchObject([{ n: 0, missed: 1, median_s: null, max_s: null }]);
});

test("accelerometers are three channels of one name, wherever they stand", () => {
  const channels = ["gsr_uS", "accel_x_mps2", "accel_y_mps2", "accel_z_mps2", "accel_wr_z_mps2", "gyro_x_dps"];
  expect(accelerometersOf(channels)).toEqual([{ name: "accel", axes: [1, 2, 3] }]);
});

test("pictures are timed in the order in which they are shown", () => {
  const list =
    "#software: x\n#tb 0: 1/1000\n#media_type 0: video\n0,  0,  40, 1, 9, 0x1\n0, 10, 120, 1, 9, 0x2\n0, 20, 80, 1, 9, 0x3\n";
  expect([...frameTimes(list)]).toEqual([0, expect.closeTo(0.04, 9), expect.closeTo(0.08, 9)]);
  expect([...frameTimes("")]).toEqual([]);
});
