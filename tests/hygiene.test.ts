import { readdirSync, readFileSync } from "node:fs";

const SKIPPED = /^(\.git|node_modules|dist|dist-web|dist-web-types|fixtures|results|recordings|coverage)$/;
const TEXT = /(^|\.)(ts|tsx|mts|mjs|js|json|md|html|css|gitignore|prettierrc|run|npmrc|LICENSE)$/;

function textFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.test(entry.name)) return [];
    if (entry.isDirectory()) return textFiles(path);
    return TEXT.test(entry.name) && entry.name !== "package-lock.json" ? [path] : [];
  });
}

const FILES = textFiles(".");

/** Where a pattern stands, as `path:line`. A pattern of this file is written so that it does not find itself. */
function places(pattern: RegExp, files: readonly string[] = FILES): string[] {
  return files.flatMap((path) => {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []));
  });
}

const CODE = FILES.filter((path) => /\.(ts|tsx|mts|mjs)$/.test(path));
const SOURCES = CODE.filter((path) => /^(packages|apps|bench|scripts)\//.test(path));
const TESTS = CODE.filter((path) => path.startsWith("tests/"));

test("there are files to judge", () => {
  expect(SOURCES.length).toBeGreaterThan(30);
  expect(TESTS.length).toBeGreaterThan(3);
  expect(places(/^# Polychro[n]$/)).toEqual(["README.md:1: # Polychron"]);
});

test("the lock file names no download address", () => {
  expect(readFileSync("package-lock.json", "utf8")).not.toMatch(/"resolved": "http/);
});

test.each<[string, RegExp, readonly string[]]>([
  ["nothing is left unfinished", /\b(TOD[O]|FIXM[E]|XX[X])\b|[Nn]ot (yet )?implemente[d]/, CODE],
  [
    "no rule of the linter or the compiler is silenced",
    /eslint-disabl[e]|@ts-(ignor[e]|expect-erro[r]|nochec[k])/,
    CODE,
  ],
  [
    "a test that is skipped says why in its name, and none runs alone",
    /\b(it|test|describe)\.(ski[p](?!.*not run)|onl[y])\(|\bx(it|describe)\(/,
    TESTS,
  ],
  ["no error is swallowed without a word", /catch *(\(\w*\))? *\{ *\}|\.catch\(\(\) => \{\}\)/, SOURCES],
  ["no path of somebody's machine", /(^|[\s"'`(=:])\/(home|work|root|Users)\/[a-z]/, FILES],
])("%s", (_name, pattern, files) => {
  expect(places(pattern, files)).toEqual([]);
});
