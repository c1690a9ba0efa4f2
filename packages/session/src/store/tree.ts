import { joinPath } from "../format/index.js";
import type { EntryKind, FileSystem } from "./files.js";

/** One file, folder or link of a tree; `path` is relative to its root. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: EntryKind;
}

/** Everything below a folder, each folder before what is in it, names in order. Links are listed, never followed. */
export async function listTree(files: FileSystem, root: string, below = ""): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  const entries = await files.list(below === "" ? root : joinPath(root, below));
  for (const { name, kind } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === "" ? name : `${below}/${name}`;
    found.push({ path, kind });
    if (kind === "folder") found.push(...(await listTree(files, root, path)));
  }
  return found;
}
