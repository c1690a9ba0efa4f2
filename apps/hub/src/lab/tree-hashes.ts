import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** One file of a session as it lies on the disk. */
export interface HashedFile {
  /** Relative to the session's folder, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Every file below a folder, by name. */
export async function hashTree(folder: string): Promise<readonly HashedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hashed: HashedFile[] = [];
  for (const path of paths) {
    const { size } = await stat(path);
    hashed.push({ path: relative(folder, path).split(sep).join("/"), sha256: await sha256Of(path), bytes: size });
  }
  return hashed;
}

/** The SHA-256 of a file, hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
