import { execFileSync, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { AWKWARD, diskFiles, exported, SESSION_ID, stream, withFolder } from "../export/fixtures.js";
import { bitsOf } from "../export/python.js";

/** GNU Octave reads the files with code of its own and takes the same language as MATLAB. */
const OCTAVE = process.env["OCTAVE"] ?? "octave-cli";

const READ = `
s = load(argv(){1});
g = s.shimmer_3a5f.gsr;
hex = @(values) cellstr(num2hex(values));
out.columns = fieldnames(g);
out.size = size(g.gsr_uS);
out.gsr_bits = hex(g.gsr_uS);
out.second_counts = hex(g.gsr_counts(g.recording == 2));
out.device_time = hex(g.device_time_s);
out.unit_is_micro = isequal(unicode2native(g.units.gsr_uS, 'UTF-8'), uint8([194 181 83]));
out.counts_unit = g.units.gsr_counts;
out.rates = [g.rates.recording g.rates.nominal_hz g.rates.samples];
out.methods = g.time.method;
out.simulated = s.shimmer_3a5f.simulated;
out.labels = cell(0, 1);
for k = 1:numel(s.markers.t_s), out.labels{k, 1} = s.markers.label{k}; end
out.marker_bits = hex(s.markers.t_s);
out.name = s.session.session_name;
out.classes = {class(g.t_s), class(s.session.simulated), class(s.markers.label), class(g.units)};
puts(jsonencode(out));
`;

const isThere = spawnSync(OCTAVE, ["--version"]).status === 0;
const testWithOctave = (name: string, run: () => Promise<void>): void => {
  if (isThere) test(name, run, 60_000);
  else test.skip(`${name} (not run: there is no ${OCTAVE})`, run);
};

const counts = AWKWARD.map((_, row) => row);
const tree = {
  sessionName: "Ärger im Büro µ",
  streams: [1, 2].map((recording) =>
    stream(
      "shimmer_3a5f",
      "gsr",
      { gsr_uS: AWKWARD, gsr_counts: counts.map((row) => row * recording) },
      { units: { gsr_uS: "µS" }, simulated: true, nominalRateHz: 8, recording, fromS: 10 * recording },
    ),
  ),
  markers: [
    { tS: 10.5, label: "tone – α" },
    { tS: 21.25, label: "=SUM(A1)" },
  ],
};

testWithOctave(
  "Octave loads a MAT file as a MATLAB user would: structs, units, recordings and markers, bit for bit",
  () =>
    withFolder(async (recordings) => {
      await exported(diskFiles, recordings, tree);
      const read = await runOctave(recordings, `${recordings}/${SESSION_ID}/exports/matlab/${SESSION_ID}.mat`);
      const columns = ["t_s", "recording", "seq", "device_time_s", "arrival_time_s", "gsr_uS", "gsr_counts"];
      expect(read).toEqual({
        columns: [...columns, "units", "descriptions", "rates", "time"],
        size: [2 * AWKWARD.length, 1],
        gsr_bits: bitsOf([...AWKWARD, ...AWKWARD]),
        second_counts: bitsOf(counts.map((row) => 2 * row)),
        device_time: bitsOf(tree.streams.flatMap(({ deviceTimeS }) => deviceTimeS)),
        unit_is_micro: true,
        counts_unit: "counts",
        rates: [
          [1, 8, AWKWARD.length],
          [2, 8, AWKWARD.length],
        ],
        methods: ["lower_envelope", "lower_envelope"],
        simulated: true,
        labels: ["tone – α", "=SUM(A1)"],
        marker_bits: bitsOf([10.5, 21.25]),
        name: "Ärger im Büro µ",
        classes: ["double", "logical", "cell", "struct"],
      });
    }),
);

async function runOctave(folder: string, file: string): Promise<unknown> {
  const script = `${folder}/read.m`;
  await writeFile(script, READ);
  const options = { encoding: "utf8", stdio: "pipe" } as const;
  return JSON.parse(execFileSync(OCTAVE, ["--no-gui", "--quiet", "--norc", script, file], options));
}
