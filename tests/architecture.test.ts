import { parsePlan, readPlan, type Plan } from "./architecture/plan.js";
import * as rules from "./architecture/rules.js";
import { parseSource, readSources } from "./architecture/sources.js";

const FOLDERS = ["packages", "apps", "bench"];
const ALL_RULES = Object.entries(rules).map(([name, rule]): [string, rules.Rule] => [inWords(name), rule]);

/** `filesStayShort` as `files stay short`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

describe("the code follows docs/architecture.md", () => {
  const plan = readPlan();
  const sources = readSources(FOLDERS);

  test("there is code to judge", () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(plan.layers.length).toBeGreaterThan(8);
  });

  test.each(ALL_RULES)("%s", (_name, rule) => {
    expect(rule(plan, sources)).toEqual([]);
  });
});

describe("each rule finds what breaks it", () => {
  const page = `
## Who may import whom
| layer | may import | Node |
|---|---|---|
| session/model | nothing | never |
| devices | session/model | shells only |
| apps/hub/src | every package | yes |

## Modules
### \`packages/session/src\`
- \`model/time.ts\` P - times
- \`model/gone.ts\` P - not there
### \`packages/devices/src\`
- \`opcodes.ts\` P - bytes
- \`serial.ts\` - a port
`;
  const plan = parsePlan(page);

  function broken(rule: rules.Rule, files: Record<string, string>, by: Plan = plan): string[] {
    return rule(
      by,
      Object.entries(files).map(([path, text]) => parseSource(path, text)),
    );
  }

  const cases: [string, rules.Rule, Record<string, string>][] = [
    [
      "an import against the table",
      rules.importsFollowTheTable,
      { "packages/session/src/model/a.ts": `import { x } from "@polychron/devices";` },
    ],
    [
      "a type import against the table",
      rules.importsFollowTheTable,
      { "packages/session/src/model/a.ts": `type X = import("@polychron/devices").X;` },
    ],
    [
      "a dynamic import against the table",
      rules.importsFollowTheTable,
      { "packages/devices/src/a.ts": `const x = await import("@polychron/hub");` },
    ],
    ["a file outside every layer", rules.importsFollowTheTable, { "packages/other/src/a.ts": "" }],
    [
      "a path into another package",
      rules.packagesAreImportedByName,
      { "packages/devices/src/a.ts": `export * from "../../session/src/model/time.js";` },
    ],
    [
      "a package's inside by name",
      rules.packagesAreImportedByName,
      { "packages/devices/src/a.ts": `import "@polychron/session/src/model/time.js";` },
    ],
    [
      "a Node module in a folder marked never",
      rules.nodeStaysInTheShells,
      { "packages/session/src/model/a.ts": `import fs from "node:fs";` },
    ],
    [
      "a Node global in a folder marked never",
      rules.nodeStaysInTheShells,
      { "packages/session/src/model/a.ts": "export const x = Buffer.alloc(1);" },
    ],
    [
      "a Node module in a pure module",
      rules.nodeStaysInTheShells,
      { "packages/devices/src/opcodes.ts": `import fs from "node:fs";` },
    ],
    [
      "a timer in a pure module",
      rules.pureModulesArePure,
      { "packages/devices/src/opcodes.ts": "setTimeout(() => undefined, 1);" },
    ],
    [
      "the wall clock in a pure module",
      rules.pureModulesArePure,
      { "packages/devices/src/opcodes.ts": "export const now = () => new Date();" },
    ],
    ["code in an index file", rules.indexFilesOnlyReexport, { "packages/devices/src/index.ts": "export const x = 1;" }],
    [
      "a default export",
      rules.nothingIsExportedAsDefault,
      { "packages/devices/src/a.ts": "export default class A {}" },
    ],
    ["a long file", rules.filesStayShort, { "packages/devices/src/a.ts": "export {};\n".repeat(301) }],
    [
      "a circle",
      rules.thereAreNoCircles,
      {
        "packages/devices/src/a.ts": `import "./b.js";`,
        "packages/devices/src/b.ts": `export * from "./c.js";`,
        "packages/devices/src/c.ts": `import "./a.js";`,
      },
    ],
  ];

  test.each(cases)("%s", (_name, rule, files) => {
    expect(broken(rule, files)).toHaveLength(1);
  });

  test("a module missing from the page, and one that does not exist", () => {
    const files = {
      "packages/session/src/model/time.ts": "",
      "packages/devices/src/opcodes.ts": "",
      "packages/devices/src/serial.ts": "",
      "packages/devices/src/new.ts": "",
    };
    expect(broken(rules.thePageListsEveryModule, files)).toEqual([
      "packages/devices/src/new.ts is not in docs/architecture.md",
      "docs/architecture.md lists packages/session/src/model/gone.ts, which does not exist",
    ]);
  });

  test.each([
    [
      "a shell may use Node",
      rules.nodeStaysInTheShells,
      { "packages/devices/src/serial.ts": `import fs from "node:fs";` },
    ],
    [
      "a date made from a value is no clock",
      rules.pureModulesArePure,
      { "packages/devices/src/opcodes.ts": "export const at = (ms: number) => new Date(ms);" },
    ],
    [
      "a member called process is no global",
      rules.nodeStaysInTheShells,
      { "packages/session/src/model/a.ts": "export const f = (x: { process: number }) => x.process;" },
    ],
    [
      "downward by name",
      rules.importsFollowTheTable,
      { "packages/devices/src/a.ts": `import { HubError } from "@polychron/session/model";` },
    ],
  ] as [string, rules.Rule, Record<string, string>][])("%s", (_name, rule, files) => {
    expect(broken(rule, files)).toEqual([]);
  });
});
