import { readWhole, SessionIndex, type FileSystem, type SessionListing } from "@polychron/session/store";
import { completed, METADATA, overwrite } from "./interrupted.js";
import { textOf } from "./store-bench.js";

let nowMs = 1e12;

async function many(count: number): Promise<{ files: FileSystem; index: SessionIndex; reads: () => number }> {
  const { disk } = await completed();
  const template = JSON.parse(textOf(await readWhole(disk, METADATA))) as object;
  for (let n = 0; n < count; n++) {
    const id = `s${n % 3}_20250801_1000${String(n).padStart(2, "0")}`;
    await disk.makeFolder(`/rec/${id}`);
    await overwrite(
      disk,
      `/rec/${id}/session_metadata.json`,
      new TextEncoder().encode(JSON.stringify({ ...template, session_id: id })),
    );
  }
  let reads = 0;
  const open: FileSystem["open"] = (path, mode) => {
    reads++;
    return disk.open(path, mode);
  };
  const files = Object.assign(Object.create(disk) as FileSystem, {
    open,
    list: disk.list.bind(disk),
    facts: disk.facts.bind(disk),
  });
  const index = new SessionIndex({ files, folder: "/rec", nowMs: () => nowMs, cacheEntries: 8 });
  return { files: disk, index, reads: () => reads };
}

const ids = (listings: readonly SessionListing[]): string[] => listings.map(({ id }) => id);

test("pages run from the newest to the oldest, each session once", async () => {
  const { index } = await many(10);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await index.page(4, cursor);
    expect(page.total).toBe(11);
    seen.push(...ids(page.sessions));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(seen).toHaveLength(11);
  expect(seen.map((id) => id.slice(-15))).toEqual(
    seen
      .map((id) => id.slice(-15))
      .sort()
      .reverse(),
  );
  expect(seen.at(-1)).toBe("session_20250731_143022");
});

test("a cursor holds its place when its session has gone and a newer one came", async () => {
  const { files, index } = await many(6);
  const first = await index.page(3);
  await files.remove(`/rec/${first.next!}`);
  await files.makeFolder("/rec/new_20260101_000000");
  nowMs += 5_000;
  expect(ids((await index.page(2, first.next)).sessions)).toEqual(["s2_20250801_100002", "s1_20250801_100001"]);
});

test("a page reads its own metadata only, and what was read is not read again", async () => {
  const { index, reads } = await many(20);
  await index.page(5);
  expect(reads()).toBe(5);
  await index.page(5);
  expect(reads()).toBe(5);
});

test("the cache is bounded", async () => {
  const { index, reads } = await many(20);
  await index.page(20);
  await index.page(20);
  expect(reads()).toBeGreaterThan(30);
});

test("a change on disk shows: of an open session at once, of a sealed one after a second", async () => {
  const { files, index } = await many(2);
  const id = "s1_20250801_100001";
  const path = `/rec/${id}/session_metadata.json`;
  const set = async (status: string): Promise<void> => {
    const metadata = JSON.parse(textOf(await readWhole(files, path))) as object;
    await overwrite(files, path, new TextEncoder().encode(JSON.stringify({ ...metadata, status })));
  };
  await set("processing");
  const status = async (): Promise<string | undefined> => {
    const listing = await index.find(id);
    return listing?.kind === "session" ? listing.status : undefined;
  };
  expect(await status()).toBe("processing");
  await set("completed");
  expect(await status()).toBe("completed");
  await set("active");
  nowMs += 1_001;
  expect(await status()).toBe("active");
  expect(ids(await index.open())).toEqual([id]);
});

test("broken metadata are an entry that says so; an unknown id is none", async () => {
  const { files, index } = await many(2);
  await overwrite(files, "/rec/s1_20250801_100001/session_metadata.json", new TextEncoder().encode("{"));
  await files.remove("/rec/s0_20250801_100000/session_metadata.json");
  const { sessions } = await index.page(10);
  expect(sessions.map((listing) => (listing.kind === "broken" ? listing.error.code : listing.status))).toEqual([
    "METADATA_BROKEN",
    "METADATA_BROKEN",
    "completed",
  ]);
  expect(await index.find("none_20250101_000000")).toBeUndefined();
  expect(await index.find("../etc")).toBeUndefined();
  expect(await index.count()).toBe(3);
});

test("a session that was closed without a file that was announced says so in the list, and cheaply", async () => {
  const { files, index, reads } = await many(1);
  const metadata = JSON.parse(textOf(await readWhole(files, METADATA))) as { files: Record<string, object[]> };
  const [device, entries] = Object.entries(metadata.files)[0]!;
  const missing = { ...entries[0], announced: true, complete: false, file_id: "r1", file_path: "x.csv.part" };
  const text = JSON.stringify({ ...metadata, files: { [device]: [...entries, missing] } });
  await overwrite(files, METADATA, new TextEncoder().encode(text));
  const { sessions } = await index.page(5);
  expect(sessions.map((listing) => listing.kind === "session" && listing.missing)).toEqual([
    { files: 0, streams: 0 },
    { files: 1, streams: 0 },
  ]);
  expect(reads()).toBe(2);
});
