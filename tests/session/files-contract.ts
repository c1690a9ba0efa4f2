import { errorReport } from "@polychron/session/model";
import { errnoOf, isNameTaken, readChunks, readWhole, writeAll, type FileSystem } from "@polychron/session/store";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array): string => new TextDecoder().decode(content);

async function put(files: FileSystem, path: string, content: string): Promise<void> {
  const file = await files.open(path, "create");
  await writeAll(file, path, bytes(content), 0);
  await file.sync();
  await file.close();
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => "no error",
    (error: unknown) => error,
  );
}

/** What every file system must do; `make` gives one with an empty folder of its own. */
export function fileSystemContract(name: string, make: () => Promise<{ files: FileSystem; folder: string }>): void {
  describe(`file system contract: ${name}`, () => {
    let files: FileSystem;
    let folder: string;
    beforeEach(async () => {
      ({ files, folder } = await make());
    });

    test("what was written at a position is read back from it", async () => {
      const file = await files.open(`${folder}/a`, "create");
      await writeAll(file, "a", bytes("abcdef"), 0);
      await writeAll(file, "a", bytes("XY"), 2);
      await writeAll(file, "a", bytes("z"), 8);
      await file.datasync();
      expect(await file.sizeBytes()).toBe(9);
      const into = new Uint8Array(4);
      expect([await file.read(into, 6), [...into.subarray(0, 3)]]).toEqual([3, [0, 0, 122]]);
      expect(await file.read(into, 9)).toBe(0);
      await file.close();
      expect(text(await readWhole(files, `${folder}/a`)).slice(0, 6)).toBe("abXYef");
    });

    test("a truncated file ends there, and is NUL where it grows again", async () => {
      await put(files, `${folder}/a`, "abcdef");
      const file = await files.open(`${folder}/a`, "update");
      await file.truncate(2);
      await file.truncate(4);
      await file.close();
      expect([...(await readWhole(files, `${folder}/a`))]).toEqual([97, 98, 0, 0]);
    });

    test("a new file needs a free name, and an old one must be there", async () => {
      await put(files, `${folder}/a`, "");
      const taken = await failure(files.open(`${folder}/a`, "create"));
      expect([errorReport(taken).code, isNameTaken(taken)]).toEqual(["STORAGE_WRITE_FAILED", true]);
      const missing = await failure(files.open(`${folder}/b`, "read"));
      expect([errorReport(missing).code, errnoOf(missing)]).toEqual(["STORAGE_READ_FAILED", "ENOENT"]);
      expect(errnoOf(await failure(files.open(`${folder}/b`, "update")))).toBe("ENOENT");
      expect(await files.facts(`${folder}/b`)).toBeUndefined();
    });

    test("a rename replaces a file", async () => {
      await put(files, `${folder}/a`, "new");
      await put(files, `${folder}/b`, "old content");
      await files.rename(`${folder}/a`, `${folder}/b`);
      expect(text(await readWhole(files, `${folder}/b`))).toBe("new");
      expect(await files.list(folder)).toEqual([{ name: "b", kind: "file" }]);
    });

    test("a filled folder is never replaced by another", async () => {
      for (const name of ["one", "two"]) {
        await files.makeFolder(`${folder}/${name}`);
        await put(files, `${folder}/${name}/file`, name);
      }
      expect(isNameTaken(await failure(files.rename(`${folder}/one`, `${folder}/two`)))).toBe(true);
      expect(text(await readWhole(files, `${folder}/two/file`))).toBe("two");
      expect(isNameTaken(await failure(files.makeFolder(`${folder}/one`)))).toBe(true);
    });

    test("a folder is listed, described and removed with all that is in it; removing nothing is no error", async () => {
      await files.makeFolder(`${folder}/sub`);
      await put(files, `${folder}/sub/a`, "12345");
      await files.syncFolder(`${folder}/sub`);
      expect(await files.list(folder)).toEqual([{ name: "sub", kind: "folder" }]);
      expect(await files.facts(`${folder}/sub/a`)).toMatchObject({ kind: "file", sizeBytes: 5 });
      expect(await files.facts(`${folder}/sub`)).toMatchObject({ kind: "folder" });
      await files.remove(`${folder}/sub`);
      await files.remove(`${folder}/sub`);
      expect(await files.list(folder)).toEqual([]);
    });

    test("a modification time changes with the content", async () => {
      await put(files, `${folder}/a`, "1");
      const before = (await files.facts(`${folder}/a`))!;
      const file = await files.open(`${folder}/a`, "update");
      await writeAll(file, "a", bytes("12"), 0);
      await file.close();
      const after = (await files.facts(`${folder}/a`))!;
      expect([after.sizeBytes, after.modifiedMs >= before.modifiedMs]).toEqual([2, true]);
    });

    test("a file is read in chunks", async () => {
      await put(files, `${folder}/a`, "abcdefg");
      const chunks = [];
      for await (const chunk of readChunks(files, `${folder}/a`, 1, 4)) chunks.push(text(chunk));
      expect(chunks).toEqual(["bcde", "fg"]);
    });

    test("there is room on the disk", async () => {
      const freeBytes = await files.freeBytes(folder);
      expect(freeBytes).toBeGreaterThan(0);
      expect(await files.totalBytes(folder)).toBeGreaterThanOrEqual(freeBytes);
    });
  });
}
