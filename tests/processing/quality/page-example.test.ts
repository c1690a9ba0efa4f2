import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goodReport } from "./bad-phone.js";

const PAGE = join(import.meta.dirname, "../../../docs/quality-report.md");

test("the example in the documentation reads a report with pandas", () => {
  const folder = mkdtempSync(join(tmpdir(), "polychron-report-"));
  try {
    mkdirSync(join(folder, "processing/quality"), { recursive: true });
    const report = goodReport();
    writeFileSync(join(folder, "processing/quality/report.json"), JSON.stringify(report));
    const [, example] = /```python\n(.*?)```/s.exec(readFileSync(PAGE, "utf8"))!;
    const program = `${example}\nprint(len(offset), *offset.columns)`;
    const said = execFileSync("/usr/bin/python3", ["-c", program], { cwd: folder, encoding: "utf8" }).split("\n");
    const points = report.devices[0]!.clock.offset!.t_s.length;
    expect(said.slice(0, 2)).toEqual([report.verdict.text, `${points} t_s offset_s bound99_s hard_s epoch`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
