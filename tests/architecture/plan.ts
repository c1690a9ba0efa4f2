import { readFileSync } from "node:fs";

/** One row of the import table: who may import whom, and whether Node's own modules are allowed. */
export interface Layer {
  /** The layer's name in the table, such as `session/format`. */
  readonly name: string;
  /** Its folder, relative to the project. */
  readonly folder: string;
  /** Names of layers; `every package` stands for all of them. */
  readonly mayImport: readonly string[];
  readonly node: "never" | "shells only" | "yes";
}

/** One line of the module list. */
export interface Module {
  readonly path: string;
  readonly pure: boolean;
}

/** What docs/architecture.md says: the page is the rule. */
export interface Plan {
  readonly layers: readonly Layer[];
  readonly modules: readonly Module[];
}

/** Reads a plan out of the text of the architecture page. */
export function parsePlan(page: string): Plan {
  return {
    layers: section(page, "Who may import whom").flatMap(parseLayer),
    modules: parseModules(section(page, "Modules")),
  };
}

/** The plan of this project. */
export function readPlan(): Plan {
  return parsePlan(readFileSync("docs/architecture.md", "utf8"));
}

function section(page: string, title: string): string[] {
  const lines = page.split("\n");
  const start = lines.indexOf(`## ${title}`);
  if (start < 0) throw new Error(`docs/architecture.md has no section "${title}"`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith("## "));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
}

function parseLayer(line: string): Layer[] {
  const cells = line.split("|").map((cell) => cell.trim().replaceAll("`", ""));
  const [, name, mayImport, node] = cells;
  if (name === undefined || mayImport === undefined || name === "layer" || name.startsWith("-")) return [];
  if (node !== "never" && node !== "shells only" && node !== "yes")
    throw new Error(`unknown word "${node}" in: ${line}`);
  return [{ name, folder: folderOfLayer(name), mayImport: mayImport === "nothing" ? [] : mayImport.split(", "), node }];
}

/** `session/format` lies in `packages/session/src/format`; what begins with `apps/` or is `bench` is its own folder. */
export function folderOfLayer(name: string): string {
  if (name.startsWith("apps/")) return name;
  if (name === "bench") return "bench/src";
  const [packageName, ...inside] = name.split("/");
  return [`packages/${packageName}/src`, ...inside].join("/");
}

function parseModules(lines: readonly string[]): Module[] {
  const modules: Module[] = [];
  let folder = "";
  for (const line of lines) {
    folder = /^### `(.+)`$/.exec(line)?.[1] ?? folder;
    const entry = /^- `([^`]+)`( P)? - \S/.exec(line);
    if (entry !== null) modules.push({ path: `${folder}/${entry[1]!}`, pure: entry[2] !== undefined });
  }
  return modules;
}
