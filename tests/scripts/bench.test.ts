import { existsSync, readFileSync } from "node:fs";
import { BENCHMARKS } from "../../bench/src/runner.js";

test.each(BENCHMARKS)("the benchmark %s is a module that can be run, and is described", (name) => {
  expect(existsSync(`bench/src/${name}.ts`)).toBe(true);
  expect(readFileSync(`bench/src/${name}.ts`, "utf8")).toMatch(/export async function run\(\)/);
  expect(readFileSync("docs/benchmarks.md", "utf8")).toContain(`| \`${name}\` |`);
});
