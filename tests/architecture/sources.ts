import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

/** One source file as the rules see it. */
export interface Source {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  /** Module specifiers of every import, re-export and dynamic import, as written. */
  readonly imports: readonly string[];
  /** Free use of names that only a program around the module can provide: `process`, `setTimeout`, `Math.random`… */
  readonly ambient: readonly string[];
  readonly hasDefaultExport: boolean;
  /** True if the file holds nothing but re-exports. */
  readonly onlyReexports: boolean;
}

const NODE_GLOBALS = ["process", "Buffer", "require", "__dirname", "__filename", "global"];
const TIMERS = ["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "performance", "crypto", "fetch"];
const IMPURE_CALLS = ["Date.now", "Math.random", "new Date()", "performance.now"];

/** Reads the sources under the given folders. */
export function readSources(folders: readonly string[]): Source[] {
  return folders.flatMap(sourceFiles).map((path) => parseSource(path, readFileSync(path, "utf8")));
}

function sourceFiles(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => !/^(dist|node_modules)/.test(entry.name),
  );
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

/** The facts of one file, from its text. */
export function parseSource(path: string, text: string): Source {
  const file = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.ES2023,
    true,
    path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const imports: string[] = [];
  const ambient = new Set<string>();
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(specifier);
    const name = ambientName(node);
    if (name !== undefined) ambient.add(name);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return {
    path,
    lines: text.trimEnd().split("\n").length,
    imports,
    ambient: [...ambient],
    hasDefaultExport: file.statements.some(isDefaultExport),
    onlyReexports: file.statements.every((statement) => ts.isExportDeclaration(statement)),
  };
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return (node.moduleSpecifier as ts.StringLiteral).text;
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return (node.argument.literal as ts.StringLiteral).text;
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return undefined;
  const [argument] = node.arguments;
  return argument !== undefined && ts.isStringLiteral(argument) ? argument.text : undefined;
}

/** A name this node takes from its surroundings, if it takes one; member names, parameters and declarations are not such. */
function ambientName(node: ts.Node): string | undefined {
  const text =
    ts.isNewExpression(node) && node.arguments?.length === 0 ? `new ${node.expression.getText()}()` : node.getText();
  if ((ts.isPropertyAccessExpression(node) || ts.isNewExpression(node)) && IMPURE_CALLS.includes(text)) return text;
  if (!ts.isIdentifier(node) || ![...NODE_GLOBALS, ...TIMERS].includes(node.text)) return undefined;
  return isFreeUse(node) ? node.text : undefined;
}

function isFreeUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isTypeReferenceNode(parent) || ts.isQualifiedName(parent)) return true;
  return ts.isExpression(parent) || ts.isVariableDeclaration(parent) ? !isName(parent, node) : false;
}

function isName(parent: ts.Node, node: ts.Identifier): boolean {
  return "name" in parent && parent.name === node;
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  return modifiers.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword);
}

/** Whether a name in `Source.ambient` is Node's own (a browser has timers and a clock, too). */
export function isNodeGlobal(name: string): boolean {
  return NODE_GLOBALS.includes(name);
}
