import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli } from "./cli-run.js";

const PAGE = readFileSync(new URL("../../../docs/clock-analyze.md", import.meta.url), "utf8");

/** The first example of a kind on the page. */
function example(kind: string): string {
  return new RegExp(`\`\`\`${kind}\n([^]*?)\`\`\``).exec(PAGE)![1]!;
}

test("the page's recording gives the page's summary, by the page's command", async () => {
  const folder = mkdtempSync(join(tmpdir(), "polychron-page-"));
  try {
    writeFileSync(join(folder, "probes.csv"), example("csv"));
    const [, , ...args] = example("").trim().split(" ");
    const run = await cli(folder, ...args);
    expect({ code: run.code, out: `${run.out}\n` }).toEqual({ code: 0, out: example("text") });
    const header = readFileSync(join(folder, "estimates.csv"), "utf8").split("\n")[0]!;
    for (const column of header.split(",")) expect(PAGE).toContain(`\`${column}\``);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
