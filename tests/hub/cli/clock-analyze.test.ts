import fc from "fast-check";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClockModel, DelayModel, oneWayTrace, probeSession, type LinkName } from "@polychron/sync/link-model";
import { cli } from "./cli-run.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polychron-clock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const PROBE_HEADER = "t1,live_theta_s,live_bound_s,live_hard_s,post_theta_s,post_bound_s,post_hard_s";

/** A session's exchanges as lines, in the order of asking. */
function probeLines(link: LinkName, seed: number, endS: number): string[] {
  const clock = new ClockModel("phone", seed);
  const bursts = probeSession({ seed, clock, link: new DelayModel(link, seed), endS });
  return bursts.flat().map(({ t1S, t2S, t3S, t4S }) => [t1S, t2S, t3S, t4S].join(","));
}

function write(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
}

async function analyze(name: string): Promise<{ header: string; rows: string[][]; summary: Record<string, unknown> }> {
  const run = await cli(folder, "clock", "analyze", name, "--out", "out.csv", "--json");
  expect(run).toMatchObject({ code: 0, err: "" });
  const [header, ...lines] = readFileSync(join(folder, "out.csv"), "utf8").trimEnd().split("\n");
  return { header: header!, rows: lines.map((line) => line.split(",")), summary: JSON.parse(run.out) as never };
}

test("a quiet Wi-Fi session gives one row a row, and the reference's estimates to the nanosecond", async () => {
  const lines = probeLines("wifi-quiet", 1, 1800);
  write("in.csv", ["t1,t2,t3,t4", ...lines, "1799,,,"]);
  const { header, rows, summary } = await analyze("in.csv");
  expect(header).toBe(PROBE_HEADER);
  expect(rows).toHaveLength(5889);
  expect(rows.map(([t1]) => t1)).toEqual([...lines.map((line) => line.split(",")[0]), "1799"]);
  const [, theta, bound, hard] = rows.at(-1)!.map(Number);
  expect(theta).toBeCloseTo(3828.280407233, 8);
  expect(bound).toBeCloseTo(0.000560357, 8);
  expect(hard).toBeCloseTo(0.000948645, 8);
  expect(summary).toMatchObject({
    ok: true,
    kind: "probes",
    rows: 5889,
    answered: 5888,
    epochs: 1,
    steps: 0,
    outside: 0,
  });
});

test("the estimate after the session is the reference's at a row without an answer", async () => {
  const lines = probeLines("wifi-quiet", 1, 1800);
  const at = lines.findIndex((line) => Number(line.split(",")[0]) > 900);
  write("in.csv", ["t1,t2,t3,t4", ...lines.slice(0, at), "900,,,", ...lines.slice(at)]);
  const { rows } = await analyze("in.csv");
  const [, , , , theta, bound, hard] = rows[at]!.map(Number);
  expect(theta).toBeCloseTo(3828.262401889, 8);
  expect(bound).toBeCloseTo(0.000494368, 8);
  expect(hard).toBeCloseTo(0.000916949, 8);
});

test("columns may stand in any order beside others, and a byte order mark and quotes do no harm", async () => {
  const lines = probeLines("lan", 2, 60);
  write("plain.csv", ["t1,t2,t3,t4", ...lines]);
  const mixed = lines.map((line) => {
    const [t1, t2, t3, t4] = line.split(",");
    return `${t4!},"${t3!}",note,${t1!},${t2!}`;
  });
  write("mixed.csv", ["\uFEFFt4,t3,what,t1,t2", ...mixed]);
  expect((await analyze("mixed.csv")).rows).toEqual((await analyze("plain.csv")).rows);
});

test("another clock_id begins an epoch, and no live value of the old clock stands beside the new one", async () => {
  const first = probeLines("wifi-quiet", 1, 60).map((line) => `${line},a,0`);
  const second = probeLines("wifi-quiet", 2, 60).map((line) => {
    const [t1, t2, t3, t4] = line.split(",").map(Number) as [number, number, number, number];
    return `${t1 + 60},${t2},${t3},${t4 + 60},b,1e-6`;
  });
  write("in.csv", ["t1,t2,t3,t4,clock_id,quant_s", ...first, ...second]);
  const { rows, summary } = await analyze("in.csv");
  expect(summary).toMatchObject({ epochs: 2, steps: 0 });
  expect(rows[first.length]![1]).toBe("");
  expect(Math.abs(Number(rows[first.length + 100]![1]) - Number(rows[first.length - 1]![1]))).toBeGreaterThan(1);
});

test("appending rows never changes a live value", async () => {
  const lines = probeLines("wifi-busy", 3, 40);
  write("whole.csv", ["t1,t2,t3,t4", ...lines]);
  const whole = (await analyze("whole.csv")).rows.map((row) => row.slice(0, 4));
  const cut = fc.integer({ min: 1, max: lines.length - 1 });
  await fc.assert(
    fc.asyncProperty(cut, async (count) => {
      write("part.csv", ["t1,t2,t3,t4", ...lines.slice(0, count)]);
      expect((await analyze("part.csv")).rows.map((row) => row.slice(0, 4))).toEqual(whole.slice(0, count));
    }),
    { numRuns: 12 },
  );
});

test("arrivals of a device that only sends give hub times, live and afterwards", async () => {
  const clock = new ClockModel("phone", 1, 30);
  const trace = oneWayTrace({ link: "spp", seed: 1, durationS: 120, thetaS: (hubS) => clock.thetaS(hubS) });
  write("in.csv", [
    "host_arrival,device_timestamp",
    ...Array.from(trace.deviceS, (deviceS, row) => `${trace.arrivalS[row]!},${deviceS}`),
  ]);
  const { header, rows, summary } = await analyze("in.csv");
  expect(header).toBe("device_timestamp,live_hub_s,post_hub_s");
  expect(rows).toHaveLength(trace.deviceS.length);
  expect(summary).toMatchObject({ kind: "arrivals", rows: rows.length, epochs: 1 });
  const errors = rows.slice(-1000).map((row, at) => Number(row[2]) - trace.hubS.at(at - 1000)!);
  expect(Math.max(...errors) - Math.min(...errors)).toBeLessThan(0.5e-3);
});

test("without --json the summary is said in words", async () => {
  write("in.csv", ["t1,t2,t3,t4", ...probeLines("lan", 1, 30)]);
  const { out } = await cli(folder, "clock", "analyze", "in.csv", "--out", "out.csv");
  expect(out).toMatch(
    /^224 questions, 224 answered, 25 bursts, 1 epoch, 0 steps\n {2}resolution .*\n {2}drift .* ± .* ppm in/,
  );
});

test("where no question was answered, no resolution was told", async () => {
  write("in.csv", ["t1,t2,t3,t4", "1,,,", "3.5,,,"]);
  const { summary } = await analyze("in.csv");
  expect(summary).toMatchObject({ answered: 0, resolution: { device_s: null, is_told: false, hub_s: null } });
});

test("milliseconds that nothing tells are seen, said, and leave the bounds true", async () => {
  const clock = new ClockModel("phone", 1);
  const bursts = probeSession({ seed: 1, clock, link: new DelayModel("wifi-quiet", 1), endS: 120 });
  const cut = (atS: number): number => Math.floor(atS * 1000) / 1000;
  write("in.csv", [
    "t1,t2,t3,t4",
    ...bursts.flat().map(({ t1S, t2S, t3S, t4S }) => [t1S, cut(t2S), cut(t3S), t4S].join(",")),
  ]);
  const { rows, summary } = await analyze("in.csv");
  expect(summary).toMatchObject({ resolution: { device_s: 0.001, is_told: false, hub_s: null } });
  for (const [t1, liveTheta, liveBound, liveHard, theta, bound, hard] of rows.slice(12).map((row) => row.map(Number))) {
    const true_ = clock.thetaS(t1!);
    expect(Math.abs(liveTheta! - true_)).toBeLessThanOrEqual(Math.min(liveBound!, liveHard!));
    expect(Math.abs(theta! - true_)).toBeLessThanOrEqual(Math.min(bound!, hard!));
  }
  const { out } = await cli(folder, "clock", "analyze", "in.csv", "--out", "out.csv");
  expect(out).toContain("  resolution of the stamps: device 1 ms (seen), hub finer than 0.001 ms (seen)\n");
});

test("stamps in whole seconds have no estimate after the session, and say so", async () => {
  const lines = probeLines("lan", 1, 60).map((line) => {
    const [t1, t2, t3, t4] = line.split(",").map(Number) as [number, number, number, number];
    return [t1, Math.floor(t2), Math.floor(t3), t4].join(",");
  });
  write("in.csv", ["t1,t2,t3,t4", ...lines]);
  const { rows, summary } = await analyze("in.csv");
  expect(summary).toMatchObject({ resolution: { device_s: 1 }, drift_ppm: null, post: { inside: { rows: 0 } } });
  expect(new Set(rows.map((row) => row.slice(4).join()))).toEqual(new Set([",,"]));
  expect(rows.at(-1)![1]).not.toBe("");
});

test("rows that are left out are counted by their cause, and none of them counts as answered", async () => {
  const lines = probeLines("wifi-quiet", 1, 60);
  const cells = (at: number): number[] => lines[at]!.split(",").map(Number);
  const rows = lines.map((line, at) => {
    const [t1, t2, t3, t4] = cells(at) as [number, number, number, number];
    if (at === 50) return `${t1},${t2},${t3},${t1 - 1}`;
    if (at === 60) return `${t1},1e12,1e12,${t4}`;
    if (at === 70) return `${t1},,${t3},${t4}`;
    return line;
  });
  rows.splice(90, 0, rows[88]!);
  write("in.csv", ["t1,t2,t3,t4", ...rows]);
  const { summary } = await analyze("in.csv");
  expect(summary).toMatchObject({
    rows: lines.length + 1,
    answered: lines.length - 3,
    left_out: { repeated_or_late: 1, refuted: 0, implausible: 2, backwards: 1 },
  });
  const { out } = await cli(folder, "clock", "analyze", "in.csv", "--out", "out.csv");
  expect(out).toContain(
    "  left out: 1 row repeated, or more than 5 s out of order; 2 rows with a time that cannot be; 1 row running backwards in time\n",
  );
});

test("a recording that stands upside down says how much of it was left out", async () => {
  const lines = probeLines("wifi-quiet", 1, 120);
  write("in.csv", ["t1,t2,t3,t4", ...lines.toReversed()]);
  const { summary } = await analyze("in.csv");
  const { answered, left_out: leftOut } = summary as { answered: number; left_out: { repeated_or_late: number } };
  expect(leftOut.repeated_or_late).toBeGreaterThan(lines.length / 2);
  expect(answered + leftOut.repeated_or_late).toBe(lines.length);
});

test("what lies between two clocks is named apart from the bounds inside their epochs", async () => {
  const lines = probeLines("wifi-quiet", 1, 120).map((line) => {
    const [t1, t2, t3, t4] = line.split(",").map(Number) as [number, number, number, number];
    return t1 < 60 ? `${line},a` : `${t1},${t2 - 25_000},${t3 - 25_000},${t4},b`;
  });
  write("in.csv", ["t1,t2,t3,t4,clock_id", ...lines]);
  const { summary } = await analyze("in.csv");
  const { post } = summary as { post: Record<string, { rows: number; largest_s: number }> };
  expect(post["inside"]!.largest_s).toBeLessThan(0.002);
  expect(post["between_clocks"]!.rows).toBeGreaterThan(0);
  expect(post["between_clocks"]!.largest_s).toBeGreaterThan(24_999);
  const { out } = await cli(folder, "clock", "analyze", "in.csv", "--out", "out.csv");
  expect(out).toMatch(/ {2}between two clocks \d+ rows, known within 2\d{4}\.\d{3} s at worst\n/);
});

test("the drift is that of the epoch that lasted longest, and right within what is stated", async () => {
  // The first clock is asked more often, the second for longer.
  const clock = new ClockModel("phone", 2);
  const rows = probeLines("wifi-quiet", 2, 300).map((line) => {
    const [t1] = line.split(",").map(Number) as [number];
    return { t1, line };
  });
  const [first, second] = [rows.filter(({ t1 }) => t1 < 20), rows.filter(({ t1 }) => t1 > 250)];
  write("in.csv", [
    "t1,t2,t3,t4,clock_id",
    ...first.map(({ line }) => `${line},a`),
    ...second.filter((_, at) => at % 8 === 0).map(({ line }) => `${line},b`),
  ]);
  const { summary } = await analyze("in.csv");
  const { drift_ppm, drift_within_ppm, longest_epoch_s } = summary as Record<string, number>;
  expect(longest_epoch_s).toBeGreaterThan(40);
  const fromS = second[0]!.t1;
  const truePpm = ((clock.thetaS(fromS + longest_epoch_s!) - clock.thetaS(fromS)) / longest_epoch_s!) * 1e6;
  expect(Math.abs(drift_ppm! - truePpm)).toBeLessThan(drift_within_ppm!);
});

test("arrivals out of order are counted as left out", async () => {
  write("in.csv", ["device_timestamp,host_arrival", "1,2", "2,3", "1.5,2.5", "3,4.01"]);
  expect((await analyze("in.csv")).summary).toMatchObject({ rows: 4, left_out: { repeated_or_late: 1 } });
});

describe("what cannot be analysed is a typed error with a remedy, and leaves no result:", () => {
  test.each([
    ["a file that is not there", undefined, "TRACE_NOT_FOUND", /absent.csv/],
    ["a file without a line", [], "TRACE_EMPTY", /holds no row/],
    ["a file without a row", ["t1,t2,t3,t4"], "TRACE_EMPTY", /holds no row/],
    ["a missing column", ["t1,t2,t4", "1,2,3"], "TRACE_COLUMNS_MISSING", /columns t3;/],
    ["columns of something else", ["a,b", "1,2"], "TRACE_COLUMNS_MISSING", /device_timestamp, host_arrival/],
    [
      "a word in place of a number",
      ["t1,t2,t3,t4", "1,2,3,4", "", "5,six,7,8"],
      "TRACE_NOT_A_NUMBER",
      /Line 4 .*'six' as t2/,
    ],
    ["an empty t1", ["t1,t2,t3,t4", ",2,3,4"], "TRACE_NOT_A_NUMBER", /Line 2 /],
    ["an infinite time", ["t1,t2,t3,t4", "1,2,3,Infinity"], "TRACE_NOT_A_NUMBER", /'Infinity' as t4/],
    ["half a line at the end", ["t1,t2,t3,t4", "1,2,3,4", "5,6"], "TRACE_ROW_BROKEN", /Line 3 .* 2 cells/],
    ["an empty arrival", ["device_timestamp,host_arrival", "1,"], "TRACE_NOT_A_NUMBER", /as host_arrival/],
  ] as const)("%s", async (_name, lines, code, text) => {
    if (lines !== undefined) writeFileSync(join(folder, "absent.csv"), lines.join("\n"));
    const run = await cli(folder, "clock", "analyze", "absent.csv", "--out", "out.csv", "--json");
    expect(run.code).toBe(1);
    expect(JSON.parse(run.out)).toMatchObject({ ok: false, error: { code, message: expect.stringMatching(text) } });
    expect(existsSync(join(folder, "out.csv")) || existsSync(join(folder, "out.csv.part"))).toBe(false);
  });

  test("readings of a clock taken between samples", async () => {
    write("shimmer_3a5f_clock_readings_20250731_143023.csv", ["t1,t2,t3,t4,clock_id,quant_s", "1,2,2,3,a,3.05e-5"]);
    const run = await cli(
      folder,
      "clock",
      "analyze",
      "shimmer_3a5f_clock_readings_20250731_143023.csv",
      "--out",
      "o.csv",
    );
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("TRACE_OF_READINGS") });
    expect(existsSync(join(folder, "o.csv"))).toBe(false);
  });

  test("the recording itself as the place of the result", async () => {
    write("in.csv", ["t1,t2,t3,t4", "1,2,3,4"]);
    const run = await cli(folder, "clock", "analyze", "in.csv", "--out", "./in.csv");
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("TRACE_OUT_INVALID") });
    expect(readFileSync(join(folder, "in.csv"), "utf8")).toBe("t1,t2,t3,t4\n1,2,3,4\n");
  });

  test("a folder that does not exist", async () => {
    write("in.csv", ["t1,t2,t3,t4", "1,2,3,4"]);
    const run = await cli(folder, "clock", "analyze", "in.csv", "--out", "none/out.csv");
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("TRACE_OUT_INVALID") });
  });

  test("no --out ends with 64", async () => {
    expect((await cli(folder, "clock", "analyze", "in.csv")).code).toBe(64);
  });
});
