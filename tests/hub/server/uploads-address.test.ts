import fc from "fast-check";
import { readAddress, readMetadata, writeAddress } from "../../../apps/hub/src/server/upload-address.js";

const LETTERS = [..."ABCxyz0189"];
const MORE = [...LETTERS, "_", "-"];
const word = (maximum: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...LETTERS), fc.array(fc.constantFrom(...MORE), { maxLength: maximum - 1 }))
    .map(([first, rest]) => first + rest.join(""));
const address = fc.record({ session: word(48).map((name) => `${name}_20250731_143022`), fileId: word(64) });

test("every file of every session has an address of its own, and is found by it", () => {
  fc.assert(
    fc.property(address, address, (one, other) => {
      expect(readAddress(writeAddress(one))).toEqual(one);
      expect(writeAddress(one)).toMatch(/^[A-Za-z0-9_-]+$/);
      const isSame = one.session === other.session && one.fileId === other.fileId;
      expect(writeAddress(one) === writeAddress(other)).toBe(isSame);
    }),
  );
});

test("an address is read only as it was written", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.stringMatching(/^[A-Za-z0-9_-]*$/)), (text) => {
      const read = readAddress(text);
      if (read !== undefined) expect(writeAddress(read)).toBe(text);
    }),
  );
});

test("a spelling that decodes to the same bytes is not the address", () => {
  const id = writeAddress({ session: "a_20250731_143022", fileId: "fi" });
  const twin = `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(id.length - 1) + 1)}`;
  expect(Buffer.from(twin, "base64url").equals(Buffer.from(id, "base64url"))).toBe(true);
  expect(readAddress(id)).toBeDefined();
  expect(readAddress(twin)).toBeUndefined();
});

test("what clients add to the metadata does not matter; what is missing or hostile does", () => {
  const session = "a_20250731_143022";
  expect(readMetadata({ session, file_id: "rgb", filename: "../../x", empty: null })).toEqual({
    session,
    fileId: "rgb",
  });
  fc.assert(
    fc.property(fc.string(), (file_id) => {
      fc.pre(!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(file_id));
      expect(() => readMetadata({ session, file_id })).toThrow(expect.objectContaining({ code: "REQUEST_INVALID" }));
    }),
  );
});
