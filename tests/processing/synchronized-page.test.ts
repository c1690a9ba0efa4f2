import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LowPassKernel, synchronizeSession } from "@polychron/processing";
import { DiskFiles } from "@polychron/session/store";
import { SOFTWARE, withFolder } from "../export/fixtures.js";
import { runPython, testWithPython } from "../export/python.js";
import { SESSION_ID, writeTree } from "../export/session-tree.js";
import { FOLDER, tree } from "./synchronize-bench.js";

const page = readFileSync(join(import.meta.dirname, "../../docs/synchronized-data.md"), "utf8");
const example = /```python\n([\s\S]*?)```/.exec(page)![1]!;

testWithPython(["pandas"], "the page's Python example reads a table as it is written", () =>
  withFolder(async (recordings) => {
    const files = new DiskFiles();
    await writeTree(files, recordings, tree);
    const place = { recordingsFolder: recordings, sessionId: SESSION_ID };
    await synchronizeSession(files, place, { rateHz: 100, software: SOFTWARE });
    const head =
      "import contextlib, io, json, pathlib, sys\nfolder = pathlib.Path(sys.argv[1])\nsys.stdout = io.StringIO()\n";
    const tail = "said = sys.stdout.getvalue()\nsys.stdout = sys.__stdout__\nprint(json.dumps(said))\n";
    const said = runPython(head + example + tail, join(recordings, SESSION_ID, FOLDER));
    expect(said).toMatch(/^µS marker_label\none +\d\.\d+\ntwo +\d\.\d+\n/);
  }),
);

test("the page states the filter as the code has it", () => {
  const { beta, cutoffHz, passHz, stopHz, stopDb, halfLengthS } = new LowPassKernel(1).facts;
  expect(page).toContain(`(beta ${beta.toFixed(2)}): half amplitude at ${cutoffHz} of the new rate`);
  expect(page).toContain(
    `pass band up to ${passHz.toFixed(1)}, stop band from ${stopHz.toFixed(1)} with\n${stopDb} dB`,
  );
  expect(page).toContain(`The last ${halfLengthS} rows towards a gap`);
});
