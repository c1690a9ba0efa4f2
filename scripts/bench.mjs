import { cpus, totalmem } from "node:os";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./child.mjs";
import { setUp } from "./setup.mjs";

/** What the numbers hold for. */
function machine() {
  const [first] = cpus();
  return {
    cpu: first?.model ?? "unknown",
    cores: cpus().length,
    memory_mb: Math.round(totalmem() / 1e6),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}

async function main(args) {
  const save = args.includes("--save");
  const [name, ...rest] = args.filter((arg) => arg !== "--save");
  if (!(await setUp({ programs: [], retry: false }))) return 1;
  const { BENCHMARKS, runBenchmark } = await import("../bench/dist/index.js");
  if (name === undefined) {
    console.log(BENCHMARKS.join("\n"));
    return 0;
  }
  if (rest.length > 0 || !BENCHMARKS.includes(name)) {
    console.error(`There is no benchmark '${[name, ...rest].join(" ")}'. There are: ${BENCHMARKS.join(", ")}.`);
    return 64;
  }
  const result = await runBenchmark(name);
  const text = `${JSON.stringify({ name, machine: machine(), ...result }, undefined, 2)}\n`;
  process.stdout.write(text);
  if (save) saveResult(name, text);
  return result.ok ? 0 : 1;
}

function saveResult(name, text) {
  const folder = join(ROOT, "docs/results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), text);
}

process.exitCode = await main(process.argv.slice(2));
