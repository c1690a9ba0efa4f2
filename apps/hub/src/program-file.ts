import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file of the program, by its path inside `apps/hub`: found from the sources and from the build alike. */
export function programFile(path: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), "..", path);
}
