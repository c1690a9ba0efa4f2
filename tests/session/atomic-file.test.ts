import { isTemporaryFile } from "@polychron/session/format";
import {
  atCall,
  faulty,
  KilledError,
  MemoryFiles,
  readWhole,
  ReplacedFile,
  replaceFile,
  type FileFault,
  type FileSystem,
} from "@polychron/session/store";

const OLD = "the old document";
const NEW = "the new document, longer than the old one";
const PATH = "/f/doc.json";
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function diskWithOld(): Promise<MemoryFiles> {
  const memory = new MemoryFiles("/f");
  await replaceFile(memory, PATH, bytes(OLD));
  return memory;
}

async function read(files: FileSystem): Promise<string> {
  return new TextDecoder().decode(await readWhole(files, PATH));
}

const FAULTS: readonly FileFault[] = [
  { kind: "fail", errno: "ENOSPC" },
  { kind: "fail", errno: "EIO" },
  { kind: "short" },
  { kind: "kill" },
  { kind: "tear" },
];

test.each(FAULTS)(
  "with %j at every call, a Replace leaves the old document or the new one, and nothing else",
  async (fault) => {
    let outcomes = 0;
    for (let n = 1; ; n++) {
      const memory = await diskWithOld();
      const files = faulty(memory, atCall(n, fault));
      const error = await replaceFile(files, PATH, bytes(NEW)).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) {
        expect([await read(memory.afterPowerCut()), await read(memory.afterKill())]).toEqual([NEW, NEW]);
      } else {
        expect([OLD, NEW]).toContain(await read(memory.afterPowerCut()));
        expect([OLD, NEW]).toContain(await read(memory.afterKill()));
      }
      const left = (await memory.list("/f")).map(({ name }) => name).filter((name) => name !== "doc.json");
      if (error instanceof KilledError) expect(left.every(isTemporaryFile)).toBe(true);
      else expect(left).toEqual([]);
      outcomes++;
      if (files.calls < n) break;
    }
    expect(outcomes).toBeGreaterThan(7);
  },
);

test("states that queue up are written once, the last one wins, and everybody waits for a state no older than his own", async () => {
  const memory = new MemoryFiles("/f");
  const files = faulty(memory, () => undefined);
  const document = new ReplacedFile(files, PATH, async () => undefined);
  const seen = await Promise.all(
    ["1", "2", "3", "4"].map((text) => document.save(bytes(text)).then(() => read(memory))),
  );
  expect(seen.every((text, index) => Number(text) >= index + 1)).toBe(true);
  expect(await read(memory.afterPowerCut())).toBe("4");
  expect((await memory.list("/f")).length).toBe(1);
});

test("a state that fails is reported to whoever saved it, and the next one is written all the same", async () => {
  const memory = await diskWithOld();
  const document = new ReplacedFile(
    faulty(memory, atCall(1, { kind: "fail", errno: "ENOSPC" })),
    PATH,
    async () => undefined,
  );
  await expect(document.save(bytes("1"))).rejects.toMatchObject({ code: "STORAGE_FULL" });
  await document.save(bytes("2"));
  expect(await read(memory)).toBe("2");
});

test("the fence is asked before each Replace", async () => {
  const memory = await diskWithOld();
  const document = new ReplacedFile(memory, PATH, () => Promise.reject(new Error("taken")));
  await expect(document.save(bytes("1"))).rejects.toThrow("taken");
  expect(await read(memory)).toBe(OLD);
});
