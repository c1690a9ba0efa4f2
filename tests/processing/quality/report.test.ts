import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildReport, clockQuality } from "@polychron/processing";
import { goodReport, reportWithBadPhone } from "./bad-phone.js";
import { badPhone, device, madeFit, madeSession, RECORDING, stream } from "./made-session.js";

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

test("the verdict names the bad phone, what is wrong with it, and the stream whose latency nobody knows", () => {
  const { level, text } = reportWithBadPhone().verdict;
  expect(level).toBe("poor");
  expect(text).toContain("Only to within 11\u00a0ms: phone_3/imu and phone_3/gsr.");
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
    expect.stringContaining("7.58\u00a0% of imu is missing"),
    expect.stringContaining("1 of 3 files did not come in whole"),
    expect.stringContaining("jumped by +250\u00a0ms at 07:00, which is certain"),
    expect.stringContaining("away once, 45\u00a0s of 10\u00a0min"),
    expect.stringContaining("imu began 320\u00a0ms after the start"),
    expect.stringContaining("gsr began 310\u00a0ms after the start"),
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
  const silent = stream({ stream: "imu", expected: 55_500, received: 55_500, written: 55_500 });
  const levelOf = (streams: ReturnType<typeof stream>[]): string =>
    buildReport(madeSession([device({ device: "phone_1", log: away, streams })])).devices[0]!.level;
  expect([levelOf([late]), levelOf([silent])]).toEqual(["fair", "poor"]);
});

test("a long session's curve has at most 2000 points, and still shows its widest bound", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3 });
  const bursts = Array.from({ length: 12_000 }, (_, index) => ({ ...fit.bursts[0]!, atS: index * 2.5 }));
  const spike = bursts[7777]!.atS;
  const bound = (atS: number): number => (atS === spike ? 9e-3 : 1e-3);
  const estimate = (atS: number) => ({ thetaS: 5, hardS: bound(atS), bound99S: bound(atS) });
  const recordings = [{ fromS: 0, toS: 30_000 }];
  const long = { ...fit, bursts, estimate, mappedBoundS: bound };
  const clock = clockQuality({ kind: "two_way", fit: long, roundTrips: null }, recordings);
  expect(clock.offset!.t_s.length).toBeLessThanOrEqual(2000);
  expect(clock.bound99_s).toBe(9e-3);
});

test("a bound counts where something was recorded, not before", () => {
  const fit = madeFit({ boundS: 1e-3, driftPpm: 10, seed: 3 });
  const bound = (atS: number): number => (atS < RECORDING.fromS ? 50e-3 : 1e-3);
  const early = { ...fit, mappedBoundS: bound };
  expect(clockQuality({ kind: "two_way", fit: early, roundTrips: null }, [RECORDING]).bound99_s).toBe(1e-3);
});
