import { Option, type Command } from "commander";
import { join } from "node:path";
import { LAB_LINKS, type LabLink } from "../lab/impair/links.js";
import { parseLabFault } from "../lab/lab-fault.js";
import type { ErrorReport } from "../lab/alignment/error-tally.js";
import type { NetworkReport } from "../lab/impair/network-report.js";
import type { SimulationReport } from "../lab/simulation-report.js";
import { EXIT, type SetExit } from "./exit-code.js";
import { wholeNumber } from "./option-values.js";
import { addSettings, configOf } from "./setting-options.js";
import type { Surroundings } from "./surroundings.js";
import { textTable } from "./text-table.js";

interface SimulateOptions {
  readonly devices: number;
  readonly shimmers?: number;
  readonly phones?: number;
  readonly cameras?: number;
  readonly duration: number;
  readonly stressTest?: true;
  readonly saveLogs?: true;
  readonly verbose?: true;
  readonly seed: number;
  readonly impair?: LabLink;
  readonly fault: readonly string[];
  readonly json?: true;
}

/** `polychron simulate`: a whole session of a simulated lab through the real hub; non-zero on any loss that was not ordered. */
export function addSimulateCommand(program: Command, surroundings: Surroundings, setExit: SetExit): void {
  const command = program
    .command("simulate")
    .description("record, export and check a whole session of emulated devices through the real hub")
    .option("--devices <count>", "so many Shimmers, phones and cameras each", wholeNumber(0, 64), 2)
    .option("--shimmers <count>", "so many Shimmers instead", wholeNumber(0, 64))
    .option("--phones <count>", "so many phones instead", wholeNumber(0, 64))
    .option("--cameras <count>", "so many cameras instead", wholeNumber(0, 16))
    .option("--duration <seconds>", "length of the recording", wholeNumber(1, 86_400), 10)
    .option("--stress-test", "Shimmers at 512 Hz with every sensor, cameras at 1280x720, ten markers a second")
    .option("--save-logs", "keep what each emulated device made, in .polychron/simulations of the recordings folder")
    .option("--verbose", "say how far it is, on stderr")
    .option("--seed <number>", "what the emulated bodies and clocks follow from", wholeNumber(0, 1_000_000), 1)
    .option(
      "--fault <order...>",
      "order a fault, KIND[:COUNT]@SECONDS[:DURATION][#DEVICE], such as drop@3, close@4:2#2 or vanish@5:5#phone1",
      [],
    )
    .addOption(new Option("--impair <link>", "let the phones reach the hub over a bad network").choices([...LAB_LINKS]))
    .option("--json", "print the result as JSON");
  addSettings(command, ["recordings"]).action(async (options: SimulateOptions) => {
    const { recordings } = configOf(command, ["recordings"], surroundings);
    const { simulate } = await import("../lab/simulation.js"); // the server's modules load for this command alone
    const report = await simulate({
      shimmers: options.shimmers ?? options.devices,
      phones: options.phones ?? options.devices,
      cameras: options.cameras ?? options.devices,
      ...{ durationS: options.duration, seed: options.seed, recordings },
      isStressTest: options.stressTest === true,
      faults: options.fault.map(parseLabFault),
      ...(options.impair && { impair: options.impair }),
      ...(options.saveLogs && { keepLogsIn: join(recordings, ".polychron", "simulations", `seed_${options.seed}`) }),
      say: options.verbose ? (text) => surroundings.err(text) : () => undefined,
      signal: surroundings.stopSignal(),
    });
    surroundings.out(options.json ? JSON.stringify(report, undefined, 2) : reportText(report));
    setExit(report.ok ? EXIT.good : EXIT.failed);
  });
}

function reportText(report: SimulationReport): string {
  const rows = report.streams.map((stream) => [
    stream.device,
    stream.stream,
    ...[stream.expected, stream.received, stream.written, stream.lost, stream.lost_by_order].map(String),
    stream.ok ? "yes" : "NO",
  ]);
  const table = textTable([
    ["device", "stream", "expected", "received", "written", "lost", "ordered", "as it should be"],
    ...rows,
  ]);
  const { cpu_s: cpuS, wall_s: wallS, rss_peak_mb: peakMb, disk_bytes: diskBytes } = report.usage;
  const cost = `CPU ${cpuS.toFixed(1)} s of ${wallS.toFixed(1)} s, memory at most ${peakMb.toFixed(0)} MB, ${(diskBytes / 1e6).toFixed(1)} MB on disk`;
  const findings = report.findings.map((finding) => `${finding.severity}: ${finding.code} ${finding.path}`);
  return [
    report.session_path,
    table,
    ...fileLines(report),
    startLine(report),
    ...alignmentLines(report),
    `${report.markers} markers, ${report.files.length} files`,
    cost,
    ...findings,
    report.ok ? "Everything agrees." : "NOT everything agrees.",
  ].join("\n");
}

/** What phones sent and cameras recorded. */
function fileLines({ uploads, videos }: SimulationReport): string[] {
  const verdict = (ok: boolean): string => (ok ? "as it should be" : "NOT AS IT SHOULD BE");
  return [
    ...uploads.map(({ device, path, file_id: id, ok }) => `${device}: ${path ?? id}, hash ${verdict(ok)}`),
    ...videos.map(
      ({ device, path, packets, rows, frames, ok }) =>
        `${device}: ${path}, ${packets} pictures, ${rows} times, ${frames} frames, ${verdict(ok)}`,
    ),
  ];
}

/** How far apart the devices began. */
function startLine({ starts: { devices, skew_p99_ms: p99, skew_max_ms: max } }: SimulationReport): string {
  const punctual = devices.filter(({ start }) => start === "on_time").length;
  const skew = p99 === null || max === null ? "" : `, start skew p99 ${p99.toFixed(3)} ms, max ${max.toFixed(3)} ms`;
  return `${punctual} of ${devices.length} devices began on time${skew}`;
}

/** How right the times were, of devices of which anybody knows. */
function alignmentLines({ alignment, network }: SimulationReport): string[] {
  const ms = (value: number | null): string => (value === null ? "-" : value.toFixed(3));
  const percent = (share: number | null): string => (share === null ? "-" : `${(100 * share).toFixed(1)} %`);
  const cells = ({ p50_ms: p50, p99_ms: p99, max_ms: max, bound_ms: bound, within_bound: within }: ErrorReport) => [
    ...[p50, p99, max, bound].map(ms),
    percent(within),
  ];
  const row = (device: string, when: string, errors: ErrorReport | null, ok: boolean): string[][] =>
    errors === null ? [] : [[device, when, ...cells(errors), ok ? "yes" : "NO"]];
  const rows = alignment.flatMap(({ device, live, post, ok }) => [
    ...row(device, "live", live, ok),
    ...row(device, "afterwards", post, ok),
  ]);
  if (rows.length === 0) return [];
  const head = ["device", "true error, ms", "median", "p99", "largest", "stated", "inside", "as it should be"];
  const over = network === null ? [] : [networkLine(network)];
  return [textTable([head, ...rows]), ...over];
}

function networkLine({ link, lateness }: NetworkReport): string {
  const { count, p50_ms: p50, p99_ms: p99 } = lateness;
  return `Network ${link}: ${count} pieces passed on, late by ${p50?.toFixed(2)} ms (median), ${p99?.toFixed(2)} ms (99 %)`;
}
