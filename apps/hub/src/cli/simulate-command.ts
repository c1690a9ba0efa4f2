import type { Command } from "commander";
import { join } from "node:path";
import { parseLabFault } from "../lab/lab-fault.js";
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
