import fc from "fast-check";
import { crcMatches, withCrc } from "../../../packages/devices/src/shimmer/checksum.js";
import { bytesOf, hexOf } from "../bytes.js";

/** Vectors 41a to 41f and the firmware's own self-test. */
test.each([
  ["FF", "F4 65"],
  ["00 00 A0 0F D0 07 40 46", "8A B2"],
  ["00 DE D0 B2 26 07", "CB 92"],
  ["FF 8A 71 36", "22 CA"],
  ["FF 04 80 02", "5E BC"],
  ["00 80 02 00 D0 07 40 46", "E2 16"],
  ["01 02 03 04 05 06 07 08", "AA 48"],
  ["01 02 03 04 05 06 07 08 09", "5D 2A"],
  ["01 02 03 04 05 06 07 08 09 0A", "17 8B"],
  ["01 02 03 04 05 06 07 08 09 0A 0B", "4E 79"],
])("%s has the checksum %s", (message, crc) => {
  const bytes = bytesOf(message);
  expect(hexOf(withCrc(bytes, 2))).toBe(`${message} ${crc}`);
  expect(hexOf(withCrc(bytes, 1))).toBe(`${message} ${crc.slice(0, 2)}`);
  expect(hexOf(withCrc(bytes, 0))).toBe(message);
});

test("a checksum matches its message and no message that differs in one bit", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (message, place) => {
      const sent = withCrc(message, 2);
      expect(crcMatches(sent, 0, message.length, 2)).toBe(true);
      sent[(place >> 3) % sent.length]! ^= 1 << (place & 7);
      expect(crcMatches(sent, 0, message.length, 2)).toBe(false);
    }),
  );
});
