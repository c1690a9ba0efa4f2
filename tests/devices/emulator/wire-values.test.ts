import fc from "fast-check";
import { wireChannels } from "../../../packages/devices/src/shimmer/channels.js";
import { encodeValue } from "../../../packages/devices/src/shimmer/emulator/encode-value.js";
import { channelIds } from "../../../packages/devices/src/shimmer/emulator/sensor-list.js";
import { bytesOf, hexOf } from "../bytes.js";

const hardware = fc.constantFrom(3, 10);

test.each([
  ["u16le", 2000, "D0 07"],
  ["u16be", 32473, "7E D9"],
  ["i16le", 922, "9A 03"],
  ["i16be", -200, "FF 38"],
  ["u24be", 6642096, "65 59 B0"],
  ["i24be", -2, "FF FF FE"],
  ["u24le", 0x640d00, "00 0D 64"],
  ["i12left", 10, "00 A0"],
  ["i12left", -10, "FF 60"],
  ["i12left", 200, "0C 80"],
  ["gsr", 0xc180, "80 C1"],
  ["u8", 128, "80"],
] as const)("%s %i goes on the wire as the protocol reference has it", (kind, value, hex) => {
  const out = new Uint8Array(bytesOf(hex).length);
  encodeValue(kind, value, out, 0);
  expect(hexOf(out)).toBe(hex);
});

test("every sensor mask leads to channels whose width is known", () => {
  fc.assert(
    fc.property(fc.nat(0xffffff), hardware, (mask, device) => {
      for (const channel of wireChannels(channelIds(mask, device), device))
        expect(channel.widthBytes).toBeGreaterThan(0);
    }),
  );
});
