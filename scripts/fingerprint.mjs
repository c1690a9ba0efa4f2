import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./child.mjs";

/** Where set-up notes what it has done; it goes away with the packages, so a fresh tree starts from nothing. */
const NOTES = "node_modules/.polychron";

/**
 * One hash over the names, sizes and change times of files: cheap enough to ask at every start.
 * @param {readonly string[]} inputs files and folders relative to the project; what is missing counts as missing
 */
export function fingerprint(inputs) {
  const hash = createHash("sha256");
  for (const path of inputs.flatMap(filesUnder).sort()) {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => filesUnder(`${path}/${name}`));
}

/** The note left under this name, or an empty text. */
export function readNote(name) {
  const path = join(ROOT, NOTES, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Leaves a note for the next run. */
export function writeNote(name, text) {
  const path = join(ROOT, NOTES, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
