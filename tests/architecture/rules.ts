import { posix } from "node:path";
import { folderOfLayer, type Layer, type Plan } from "./plan.js";
import { isNodeGlobal, type Source } from "./sources.js";

/** Each rule returns the sentences that name what breaks it; none = the rule holds. */
export type Rule = (plan: Plan, sources: readonly Source[]) => string[];

/** The layer a file belongs to: the deepest that holds it; a layer may also be one file. */
function layerOf(plan: Plan, path: string): Layer | undefined {
  const module = path.replace(/\.tsx?$/, "");
  const holders = plan.layers.filter((layer) => module === layer.folder || module.startsWith(`${layer.folder}/`));
  return holders.sort((a, b) => b.folder.length - a.folder.length)[0];
}

/** The file or folder a specifier leads to, relative to the project; undefined for a package from outside. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier).replace(/\.js$/, "");
  const own = /^@polychron\/(\w+)(?:\/(.+))?$/.exec(specifier);
  if (own === null) return undefined;
  if (own[1] === "hub") return "apps/hub/src/index";
  return `${folderOfLayer([own[1]!, ...(own[2] === undefined ? [] : [own[2]])].join("/"))}/index`;
}

export const importsFollowTheTable: Rule = (plan, sources) =>
  sources.flatMap((source) => {
    const layer = layerOf(plan, source.path);
    if (layer === undefined) return [`${source.path} belongs to no layer of the table`];
    const targets = source.imports
      .map((specifier) => targetOf(source.path, specifier))
      .filter((target) => target !== undefined);
    return targets.flatMap((target) => {
      const other = layerOf(plan, target);
      if (other === undefined) return [`${source.path} imports ${target}, which belongs to no layer`];
      return other === layer || layer.mayImport.includes(other.name) || layer.mayImport.includes("every package")
        ? []
        : [`${source.path} (${layer.name}) may not import ${other.name}`];
    });
  });

/** Between packages the package's name is imported, never a path: only what the package publishes is reachable. */
export const packagesAreImportedByName: Rule = (_plan, sources) =>
  sources.flatMap((source) =>
    source.imports
      .filter((specifier) => {
        const target = specifier.startsWith(".") ? posix.join(posix.dirname(source.path), specifier) : specifier;
        return specifier.startsWith(".")
          ? packageOf(target) !== packageOf(source.path)
          : /^@polychron\/.*(src|dist)/.test(target);
      })
      .map((specifier) => `${source.path} reaches into another package: ${specifier}`),
  );

function packageOf(path: string): string {
  return /^(packages\/\w+|apps\/hub\/\w+|bench|\w+)/.exec(path)?.[0] ?? path;
}

/** Folders marked "never" and modules marked P run anywhere: no Node module, no global that only Node has. */
export const nodeStaysInTheShells: Rule = (plan, sources) =>
  sources.flatMap((source) => {
    const layer = layerOf(plan, source.path);
    if (layer?.node !== "never" && !isPure(plan, source.path)) return [];
    const inBrowser = layer?.name.startsWith("apps/") === true; // a browser has timers, too
    const modules = source.imports.filter((specifier) => specifier.startsWith("node:"));
    const globals = source.ambient.filter((name) => isNodeGlobal(name) || !inBrowser);
    return [...modules, ...globals].map((name) => `${source.path} uses ${name}`);
  });

/** A module marked P takes values and returns values: no clock, timer or random inside. */
export const pureModulesArePure: Rule = (plan, sources) =>
  sources
    .filter((source) => isPure(plan, source.path))
    .flatMap((source) => source.ambient.map((name) => `${source.path} is marked P and uses ${name}`));

function isPure(plan: Plan, path: string): boolean {
  return plan.modules.some((module) => module.pure && holds(module.path, path));
}

export const indexFilesOnlyReexport: Rule = (_plan, sources) =>
  sources
    .filter(({ path, onlyReexports }) => path.endsWith("/index.ts") && !onlyReexports)
    .map(({ path }) => `${path} does more than re-export`);

export const nothingIsExportedAsDefault: Rule = (_plan, sources) =>
  sources.filter(({ hasDefaultExport }) => hasDefaultExport).map(({ path }) => `${path} has a default export`);

export const filesStayShort: Rule = (_plan, sources) =>
  sources.filter(({ lines }) => lines > 300).map(({ path, lines }) => `${path} has ${lines} lines; 300 are the most`);

/** Whether an entry of the list is this file, or a folder (it ends in `/`) that holds it. */
function holds(entry: string, path: string): boolean {
  return entry.endsWith("/") ? path.startsWith(entry) : path === entry;
}

/** The page lists every module, itself or by its folder, and only what exists. */
export const thePageListsEveryModule: Rule = (plan, sources) => {
  const listed = plan.modules.map((module) => module.path);
  const existing = sources.map((source) => source.path).filter((path) => !path.endsWith("/index.ts"));
  return [
    ...existing
      .filter((path) => !listed.some((entry) => holds(entry, path)))
      .map((path) => `${path} is not in docs/architecture.md`),
    ...listed
      .filter((entry) => !existing.some((path) => holds(entry, path)))
      .map((entry) => `docs/architecture.md lists ${entry}, which does not exist`),
    ...listed
      .filter((entry, at) => listed.indexOf(entry) !== at)
      .map((entry) => `docs/architecture.md lists ${entry} twice`),
  ];
};

export const thereAreNoCircles: Rule = (_plan, sources) => {
  const files = new Map(sources.map((source) => [source.path.replace(/\.tsx?$/, ""), source]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) circles.push([...trail.slice(trail.indexOf(name)), name].join(" -> "));
    const source = files.get(name);
    if (source === undefined || done.has(name) || trail.includes(name)) return;
    for (const specifier of source.imports) {
      const target = targetOf(source.path, specifier);
      if (target !== undefined) visit(target.replace(/\.tsx?$/, ""), [...trail, name]);
    }
    done.add(name);
  };
  for (const name of files.keys()) visit(name, []);
  return circles;
};
