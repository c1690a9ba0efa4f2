import { mkdtemp, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorReport } from "@polychron/session/model";
import {
  atCall,
  atOperation,
  DiskFiles,
  faulty,
  KilledError,
  ManualTimers,
  MemoryFiles,
  readWhole,
  storageError,
  writeAll,
  type FileSystem,
  type OpenFile,
} from "@polychron/session/store";
import { fileSystemContract } from "./files-contract.js";

const made: string[] = [];
async function diskFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "polychron-files-"));
  made.push(folder);
  return folder;
}
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

fileSystemContract("disk", async () => ({ files: new DiskFiles(), folder: await diskFolder() }));
fileSystemContract("memory", async () => ({ files: new MemoryFiles("/f"), folder: "/f" }));
fileSystemContract("faulty with no fault", async () => ({
  files: faulty(new MemoryFiles("/f"), () => undefined),
  folder: "/f",
}));

async function write(files: FileSystem, path: string, content: string): Promise<OpenFile> {
  const file = await files.open(path, "create");
  await writeAll(file, path, new TextEncoder().encode(content), 0);
  return file;
}

async function read(files: FileSystem, path: string): Promise<string | undefined> {
  return (await files.facts(path)) && new TextDecoder().decode(await readWhole(files, path));
}

test("after a power cut only synced content under synced names is left", async () => {
  const disk = new MemoryFiles("/f");
  await (await write(disk, "/f/unsynced", "a")).close();
  const named = await write(disk, "/f/named", "old");
  await named.sync();
  await disk.syncFolder("/f");
  await writeAll(named, "/f/named", new TextEncoder().encode("new"), 0);
  await (await write(disk, "/f/nameless", "b")).sync();
  const after = disk.afterPowerCut();
  expect([await read(after, "/f/unsynced"), await read(after, "/f/named"), await read(after, "/f/nameless")]).toEqual([
    "",
    "old",
    undefined,
  ]);
  expect(await read(disk.afterKill(), "/f/named")).toBe("new");
});

test("a rename survives a power cut only once its folder was synced", async () => {
  const disk = new MemoryFiles("/f");
  for (const name of ["a", "b"]) await (await write(disk, `/f/${name}`, name)).sync();
  await disk.syncFolder("/f");
  await disk.rename("/f/a", "/f/b");
  expect([await read(disk.afterPowerCut(), "/f/a"), await read(disk.afterPowerCut(), "/f/b")]).toEqual(["a", "b"]);
  await disk.syncFolder("/f");
  expect([await read(disk.afterPowerCut(), "/f/a"), await read(disk.afterPowerCut(), "/f/b")]).toEqual([
    undefined,
    "a",
  ]);
});

test("a nearly full disk takes a part of a write without an error, and the next call meets the error", async () => {
  const disk = new MemoryFiles("/f");
  disk.limitTo(3);
  const file = await disk.open("/f/a", "create");
  expect(await file.write(new Uint8Array(5), 0)).toBe(3);
  await expect(file.write(new Uint8Array(2), 3)).rejects.toMatchObject({ code: "STORAGE_FULL" });
  await expect(writeAll(file, "/f/a", new Uint8Array(9), 0)).rejects.toMatchObject({ code: "STORAGE_FULL" });
});

test.each([
  ["ENOSPC", "STORAGE_FULL"],
  ["EDQUOT", "STORAGE_FULL"],
  ["EACCES", "STORAGE_NO_ACCESS"],
  ["EROFS", "STORAGE_NO_ACCESS"],
  ["EIO", "STORAGE_WRITE_FAILED"],
])("the system's %s is %s", (errno, code) => {
  const report = errorReport(storageError("write", "/f/a", Object.assign(new Error("x"), { code: errno })));
  expect([report.code, report.params["errno"]]).toEqual([code, errno]);
  expect(report.remedy).not.toBe("");
});

test("a link is not followed", async () => {
  const folder = await diskFolder();
  await symlink("/etc/hostname", join(folder, "link"));
  expect(await new DiskFiles().facts(`${folder}/link`)).toMatchObject({ kind: "other" });
});

test.each([
  [39, "no error"],
  [1_000, "STORAGE_NO_ACCESS"],
])(
  "on Windows a rename of a file that is held for %i tries ends with '%s': two seconds of patience",
  async (heldFor, outcome) => {
    const folder = await diskFolder();
    const timers = new ManualTimers();
    let tries = 0;
    const held = async (from: string, to: string): Promise<void> => {
      if (++tries <= heldFor) throw Object.assign(new Error("held"), { code: "EPERM" });
      await rename(from, to);
    };
    const files = new DiskFiles({
      platform: "win32",
      rename: held,
      timers: { after: (ms, run) => timers.after(0, () => ((waitedMs += ms), run())) },
    });
    let waitedMs = 0;
    await (await write(files, `${folder}/a`, "a")).close();
    const renamed = files.rename(`${folder}/a`, `${folder}/b`).then(
      () => "no error",
      (error: unknown) => errorReport(error).code,
    );
    let isDone = false;
    void renamed.then(() => (isDone = true));
    while (!isDone) {
      timers.advance(1);
      await new Promise((resume) => setImmediate(resume));
    }
    expect(await renamed).toBe(outcome);
    expect(waitedMs).toBeLessThanOrEqual(2_000);
  },
);

test("Windows has no sync for folders, so none is asked for", async () => {
  await expect(new DiskFiles({ platform: "win32" }).syncFolder("/nowhere")).resolves.toBeUndefined();
});

test("an ordered fault comes at its call only, and after a kill nothing answers any more", async () => {
  const memory = new MemoryFiles("/f");
  const failing = faulty(memory, atCall(2, { kind: "fail", errno: "EIO" }));
  const file = await failing.open("/f/a", "create");
  await expect(file.write(new Uint8Array(4), 0)).rejects.toMatchObject({ code: "STORAGE_WRITE_FAILED" });
  expect(await file.write(new Uint8Array(4), 0)).toBe(4);
  const torn = faulty(memory, atOperation("write", 2, { kind: "tear" }));
  const second = await torn.open("/f/b", "create");
  await second.write(new Uint8Array(4), 0);
  await expect(second.write(new Uint8Array(4), 4)).rejects.toBeInstanceOf(KilledError);
  await expect(torn.list("/f")).rejects.toBeInstanceOf(KilledError);
  expect(await memory.facts("/f/b")).toMatchObject({ sizeBytes: 6 });
});
