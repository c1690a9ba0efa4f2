import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "@swc/core";

/** Sources import each other by the name of the built file; the source beside it is what exists. */
export async function resolve(specifier, context, next) {
  if (!specifier.startsWith(".") || !specifier.endsWith(".js") || !context.parentURL?.endsWith(".ts"))
    return next(specifier, context);
  return next(specifier.replace(/\.js$/, ".ts"), context);
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const source = await readFile(fileURLToPath(url), "utf8");
  const { code } = await transform(source, {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "es6" },
    sourceMaps: "inline",
    filename: fileURLToPath(url),
  });
  return { format: "module", source: code, shortCircuit: true };
}
