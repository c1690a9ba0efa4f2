import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildReport, clockQuality, deviceQuality, reportPage } from "@polychron/processing";
import { fitOf, probedRun } from "@polychron/sync/link-model";
import { goodReport, reportWithBadPhone } from "./bad-phone.js";
import { badPhone, device, hubCamera, madeFit, madeSession, probed, RECORDING, stream } from "./made-session.js";

/** Samples from the first to the last. */
const recorded = (recordings: readonly { fromS: number; toS: number }[]) => ({ recordings, sampled: recordings });

const SCHEMA = fileURLToPath(new URL("../../../packages/session/schemas/quality-report.schema.json", import.meta.url));

test("an independent validator takes a report, and refuses it without its verdict", () => {
  const validate = new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")) as object);
  const report = JSON.parse(JSON.stringify(reportWithBadPhone())) as Record<string, unknown>;
  expect(validate(report) || validate.errors).toBe(true);
  delete report["verdict"];
  expect(validate(report)).toBe(false);
});

test("a session without a fault is good in one sentence that can be quoted", () => {
  const { level, text, findings } = goodReport().verdict;
  expect({ level, findings }).toEqual({ level: "good", findings: [] });
  expect(text).toBe("All 2 streams are aligned to within 0.6\u00a0ms (99\u00a0%). No sample is missing.");
});

test("a wide bound does not hide a close one: the frames of a camera are named with theirs", () => {
  const { text } = buildReport(madeSession([device({ device: "phone_1" }), hubCamera("webcam_1")])).verdict;
  expect(text).toMatch(
    /^\d+ of \d+ streams (is|are) aligned to within 0.6\u00a0ms \(99\u00a0%\)\. To within 4\u00a0ms: webcam_1\/rgb\./,
  );
});

test("the verdict names the bad phone, what is wrong with it, and the stream whose latency nobody knows", () => {
  const { level, text } = reportWithBadPhone().verdict;
  expect(level).toBe("poor");
  expect(text).toContain("To within 11\u00a0ms: phone_3/imu and phone_3/gsr.");
  expect(text).toContain("Not known against the others: shimmer_3a5f/gsr");
  expect(text).toContain("phone_3 is bad. Its times are known to within 11\u00a0ms only");
  expect(text).toContain("it did not answer for 50\u00a0s at worst");
});

test("every fault of the bad phone is found, and none of the others'", () => {
  const { findings } = reportWithBadPhone().verdict;
  const own = findings.filter((finding) => finding.device === "phone_3").map(({ text }) => text);
  expect(own).toEqual([
    expect.stringContaining("only (99\u00a0%)"),
    expect.stringContaining("did not hold in 3 bursts"),
    expect.stringContaining("away once, 45\u00a0s of 10\u00a0min 0\u00a0s, and has no samples for 45\u00a0s"),
    expect.stringContaining("7.58\u00a0% of imu is missing"),
    expect.stringContaining("1 of 3 files did not come in whole"),
    expect.stringContaining("jumped by +250\u00a0ms at 07:00, which is certain"),
    expect.stringContaining("imu began 320\u00a0ms late"),
    expect.stringContaining("gsr began 310\u00a0ms late"),
  ]);
  expect(findings.filter(({ device: name }) => name === "phone_1" || name === "webcam_1")).toEqual([]);
});

test("the lowest scores are those of the bad phone", () => {
  const { data, synchronization, coordination } = reportWithBadPhone().scores;
  expect([data.device, synchronization.device, coordination.device]).toEqual(["phone_3", "phone_3", "phone_3"]);
  expect(data.value).toBeLessThan(0.7);
});

test("a device that was away and had nothing to deliver later is bad; one that delivered it is not", () => {
  const away = badPhone("phone_1").log;
  const late = stream({ stream: "imu" });
  const counts = { expected: 55_500, received: 55_500, written: 55_500 };
  const silent = stream({ stream: "imu", ...counts, silent_s: 45 });
  const silences = [{ stream: "imu", fromS: 300, toS: 345 }];
  const levelOf = (part: Partial<Parameters<typeof device>[0]>): string =>
    buildReport(madeSession([device({ device: "phone_1", log: away, ...part })])).devices[0]!.level;
  expect([levelOf({ streams: [late] }), levelOf({ streams: [silent], silences })]).toEqual(["fair", "poor"]);
});

test("a long session's curve has at most 2000 points, and still shows its widest bound", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3 });
  const bursts = Array.from({ length: 12_000 }, (_, index) => ({ ...fit.bursts[0]!, atS: index * 2.5 }));
  const spike = bursts[7777]!.atS;
  const bound = (atS: number): number => (atS === spike ? 9e-3 : 1e-3);
  const estimate = (atS: number) => ({ thetaS: 5, hardS: bound(atS), bound99S: bound(atS) });
  const recordings = [{ fromS: 0, toS: 30_000 }];
  const long = { ...fit, bursts, estimate, mappedBoundS: bound };
  const clock = clockQuality({ kind: "two_way", fit: long, roundTrips: null }, recorded(recordings));
  expect(clock.offset!.t_s.length).toBeLessThanOrEqual(2000);
  expect(clock.bound99_s).toBe(9e-3);
});

test("a bound counts where something was recorded, not before", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3 });
  const bound = (atS: number): number => (atS < RECORDING.fromS ? 50e-3 : 1e-3);
  const early = { ...fit, mappedBoundS: bound };
  expect(clockQuality({ kind: "two_way", fit: early, roundTrips: null }, recorded([RECORDING])).bound99_s).toBe(1e-3);
});

test("a jump whose instant is open between two bursts is in the bound of the recording", () => {
  const fit = fitOf(probedRun({ link: "wifi-quiet", step: { atS: 901, byS: 0.006 } }, 3));
  const boundOf = (fromS: number, toS: number): number =>
    clockQuality({ kind: "two_way", fit, roundTrips: null }, recorded([{ fromS, toS }])).bound99_s!;
  expect(boundOf(800, 1000)).toBeGreaterThan(0.006);
  expect(boundOf(920, 1000)).toBeLessThan(0.001);
});

test("a recording of seconds in a session of hours keeps a bound of its own", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3 });
  const bursts = Array.from({ length: 12_000 }, (_, index) => ({ ...fit.bursts[0]!, atS: index * 2.5 }));
  const recording = { fromS: 10_001, toS: 10_003 };
  const bound = (atS: number): number => (atS >= recording.fromS && atS <= recording.toS ? 1e-3 : 50e-3);
  const long = { ...fit, bursts, mappedBoundS: bound };
  expect(clockQuality({ kind: "two_way", fit: long, roundTrips: null }, recorded([recording])).bound99_s).toBe(1e-3);
});

test("a recording that ended before its first sample has scores, none of them without a number", () => {
  const empty = device({ device: "phone_1", streams: [], recordings: [{ number: 1, fromS: 10, toS: 10 }] });
  const scores = deviceQuality(empty).scores;
  for (const { value, parts } of Object.values(scores))
    for (const each of [value, ...Object.values(parts)]) expect(each).not.toBeNaN();
  expect(scores.data.value).toBe(0);
});

test("times that a knock in the device contradicts are bad; light and sound may have taken long", () => {
  const levelWith = (kind: string): string => {
    const cues = [
      { cue: "7", kind, device: "phone_1", stream: "imu", at_s: 22, residual_s: 0.08, bound_s: 1e-3, inside: false },
    ];
    const { verdict, devices } = buildReport({ ...madeSession([device({ device: "phone_1" })]), cues });
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.level).toBe(devices[0]!.level);
    return verdict.level;
  };
  expect([levelWith("tap"), levelWith("chirp"), levelWith("flash")]).toEqual(["poor", "fair", "fair"]);
});

test("a stamp of the hub that nothing bounds is not counted among the aligned", () => {
  const unbound = { method: "hub_clock", boundS: null, boundNote: "", driftPpm: null };
  const camera = device({
    device: "webcam_1",
    clock: { kind: "streams", timelines: [unbound] },
    streams: [stream({ stream: "rgb", method: "hub_clock", bound_s: null })],
  });
  const { text, level } = buildReport(madeSession([device({ device: "phone_1" }), camera])).verdict;
  expect(level).toBe("poor");
  expect(text).toContain(
    "1 of 2 streams is aligned to within 0.6\u00a0ms (99\u00a0%). Without any bound: webcam_1/rgb.",
  );
});

test("the cause stands before what came of it: a jump because of which the live bound did not hold is the headline", () => {
  const jumped = device({ device: "phone_1", clock: probed({ boundS: 0.5e-3, driftPpm: 3, seed: 1, isBad: true }) });
  const missed = { ...jumped.clock, outside: 2, outside_t_s: [420, 422.5], bound99_s: 4e-3 };
  const { verdict } = buildReport(madeSession([{ ...jumped, clock: missed }]));
  expect(verdict.text).toMatch(/phone_1 is bad\. Its clock jumped by \+250\sms at 07:00, which is certain\.$/);
  expect(verdict.findings.map(({ severity, text }) => [severity, text.slice(0, 20)])).toEqual([
    ["bad", "Its clock jumped by "],
    ["bad", "The live bound did n"],
    ["warning", "Its times are known "],
  ]);
});

test("a jump that nobody was misled by is a limit, no fault", () => {
  const jumped = device({ device: "phone_1", clock: probed({ boundS: 0.5e-3, driftPpm: 3, seed: 1, isBad: true }) });
  const { verdict } = buildReport(madeSession([{ ...jumped, clock: { ...jumped.clock, bound99_s: 0.9e-3 } }]));
  expect(verdict.findings.map(({ severity, text }) => [severity, text.slice(0, 20)])).toEqual([
    ["warning", "Its clock jumped by "],
  ]);
});

test("both bounds are those of a mapped time: the distance to another clock is in neither of them", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3 });
  const farS = 1.9e6;
  const estimate = (atS: number) => ({ thetaS: 5, bound99S: 1e-3 + far(atS), hardS: 1.5e-3 + far(atS) });
  const far = (atS: number): number => (atS > 300 && atS < 310 ? farS : 0);
  const renewed = { ...fit, estimate, mappedBoundS: () => 1e-3 };
  const clock = clockQuality({ kind: "two_way", fit: renewed, roundTrips: null }, recorded([RECORDING]));
  expect([clock.hard_s, clock.hard_median_s, clock.bound99_s]).toEqual([
    expect.closeTo(1.5e-3, 8),
    expect.closeTo(1.5e-3, 8),
    1e-3,
  ]);
});

test("a bound where there are no samples does not count, but the silence of the clock does", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3, isBad: true });
  const sampled = [
    { fromS: 10, toS: 290 },
    { fromS: 350, toS: 610 },
  ];
  const whole = clockQuality({ kind: "two_way", fit, roundTrips: null }, recorded([RECORDING]));
  const partly = clockQuality({ kind: "two_way", fit, roundTrips: null }, { recordings: [RECORDING], sampled });
  expect(partly.bound99_s!).toBeLessThan(whole.bound99_s! / 2);
  expect(partly.longest_silence_s).toBe(whole.longest_silence_s);
});

test("a drift stands with how far it may be off", () => {
  const [{ clock }] = [device({ device: "phone_1" })];
  expect([clock.drift_bound_ppm, clock.epochs[0]!.drift_bound_ppm]).toEqual([0.2, 0.2]);
  expect(reportPage(goodReport())).toContain("+12.3\u00a0\u00b1\u00a00.2\u00a0ppm");
});

test("every field of the shipped schema says what it is", () => {
  const bare: string[] = [];
  const walk = (node: Record<string, unknown>, path: string): void => {
    const fields = Object.entries((node["properties"] ?? {}) as Record<string, Record<string, unknown>>);
    for (const [name, field] of fields) {
      const inner = JSON.stringify(field);
      if (field["description"] === undefined && !inner.includes('"properties"')) bare.push(`${path}.${name}`);
      walk(field, `${path}.${name}`);
    }
    for (const part of [node["items"], ...((node["anyOf"] ?? []) as unknown[])])
      if (typeof part === "object" && part !== null) walk(part as Record<string, unknown>, path);
  };
  const schema = JSON.parse(readFileSync(SCHEMA, "utf8")) as Record<string, unknown>;
  walk(schema, "");
  expect(bare.filter((path) => !path.startsWith(".software."))).toEqual([]);
  expect(JSON.stringify(schema)).toContain("Half width of a mapped device time");
});
