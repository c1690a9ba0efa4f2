import fc from "fast-check";
import { isSessionId, parseSessionId, sessionId } from "@polychron/session/format";

const STAMP = "20250731_143022";

test.each([
  [undefined, "session"],
  ["", "session"],
  ["pilot", "pilot"],
  ["Stress Test 01", "Stress_Test_01"],
  ["../../etc/passwd", "etc_passwd"],
  ["..", "session"],
  ["a\0b", "a_b"],
  ["C:\\Windows\\x", "C_Windows_x"],
  ["__--x--__", "x--"],
  ["café", "caf"],
  ["cafe\u0301s", "cafe_s"],
  ["😀😀", "session"],
  ["con", "con_session"],
  ["LPT1", "LPT1_session"],
  ["a  .  b", "a_b"],
  ["\u202Eabc", "abc"],
  ["１２３", "session"],
  ["x".repeat(48) + "y", "x".repeat(48)],
  ["x".repeat(47) + " y", "x".repeat(47)],
])("the name %j becomes %s in the id", (typed, name) => {
  expect(sessionId(typed, STAMP)).toBe(`${name}_${STAMP}`);
});

test("200 characters are taken, 201 and 10 000 are refused; a character outside the BMP counts once", () => {
  expect(sessionId("😀".repeat(200), STAMP)).toBe(`session_${STAMP}`);
  for (const length of [201, 10_000]) {
    expect(() => sessionId("a".repeat(length), STAMP)).toThrow(
      expect.objectContaining({ code: "SESSION_NAME_INVALID", params: { length, maximum: 200 } }),
    );
  }
});

test("whatever is typed, the id is one legal folder name that reads back", () => {
  const typed = fc.oneof(
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.string({ maxLength: 200 }),
    fc.constantFrom("aux", "nul.txt", "com1", "/", "\\\\?\\"),
  );
  fc.assert(
    fc.property(typed, (name) => {
      const id = sessionId(name, STAMP);
      expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9_-]{0,55}_\d{8}_\d{6}$/);
      expect(id).not.toMatch(/__|^(con|prn|aux|nul|com\d|lpt\d)_\d/i);
      expect(isSessionId(id)).toBe(true);
      expect(parseSessionId(id)).toEqual({ name: id.slice(0, -STAMP.length - 1), stamp: STAMP });
    }),
    { numRuns: 2_000 },
  );
});
