import { storageError } from "@polychron/session/store";
import writeFileAtomic from "write-file-atomic";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces one of the hub's own small documents. `write-file-atomic` misses the size check and the sync of the folder, so
 * it writes a staging file, which takes the document's name only once it is known to be whole. One call at a time for
 * one path. Throws `STORAGE_*`.
 */
export async function writeHubDocument(path: string, text: string): Promise<void> {
  try {
    await replace(path, text);
  } catch (thrown) {
    throw storageError("write", path, thrown);
  }
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const staging = `${path}.staging`;
  await writeFileAtomic(staging, text, { fsync: true });
  await requireWhole(staging, Buffer.byteLength(text));
  await rename(staging, path);
  if (process.platform !== "win32") await syncFolder(dirname(path));
}

async function requireWhole(path: string, expectedBytes: number): Promise<void> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size !== expectedBytes) throw new Error(`${path} holds ${size} of ${expectedBytes} bytes`);
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
