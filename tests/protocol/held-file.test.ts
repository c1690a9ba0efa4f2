import { heldFile, readHeldFiles } from "@polychron/protocol";
import fc from "fast-check";

function file(change: Record<string, unknown> = {}): Record<string, unknown> {
  const place = { file_type: "rgb", folder: "rgb_videos", ext: "mp4" };
  return { file_id: "a", ...place, size_bytes: 10, sha256: "0".repeat(64), ...change };
}

/** Ids of the files that are taken, and ids and reasons of the others. */
function outcome(...files: unknown[]): [string[], (readonly [string, string])[]] {
  const { held, refused } = readHeldFiles(files);
  return [held.map(({ file_id: id }) => id), refused.map(({ fileId, reason }) => [fileId, reason] as const)];
}

test("a file that cannot be taken is refused with its reason, and the others are taken", () => {
  expect(outcome(file(), file({ file_id: "b", ext: "json" }), file({ file_id: "c", size_bytes: 0 }))).toEqual([
    ["a"],
    [
      ["b", "ext: the extension 'json' is taken"],
      ["c", expect.stringMatching(/^size_bytes must be more than 0$/)],
    ],
  ]);
});

test("two different files under one id are both refused; the same file named twice is one", () => {
  const twice = "another file of the same answer has the same id";
  expect(outcome(file(), file({ size_bytes: 11 }), file({ file_id: "b" }))).toEqual([
    ["b"],
    [
      ["a", twice],
      ["a", twice],
    ],
  ]);
  expect(outcome(file(), file())).toEqual([["a"], []]);
});

test("what has no id is called by its place", () => {
  expect(outcome(file(), null, 5, {}).at(1)).toMatchObject([
    ["#1", expect.any(String)],
    ["#2", expect.any(String)],
    ["#3", expect.any(String)],
  ]);
});

test("whatever stands in the list is taken as its schema reads it or refused, each once", () => {
  const one = fc.oneof(
    fc.jsonValue(),
    fc
      .record({ file_id: fc.constantFrom("a", "b", "../c", ""), size_bytes: fc.integer({ min: -1, max: 2 }) })
      .map(file),
  );
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), (files) => {
      const { held, refused } = readHeldFiles(files);
      const good = new Set(
        files.filter((each) => heldFile.safeParse(each).success).map((each) => JSON.stringify(each)),
      );
      expect(new Set(held.map(({ file_id: id }) => id)).size).toBe(held.length);
      expect(held.length + refused.length).toBeGreaterThanOrEqual(good.size);
      expect(refused.every(({ fileId, reason }) => fileId !== undefined && reason !== "")).toBe(true);
    }),
  );
});
