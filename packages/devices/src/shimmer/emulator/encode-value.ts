import type { WireKind } from "../channels.js";

/** Puts a channel's value on the wire at `out[at]`; negative values in two's complement. */
export function encodeValue(kind: WireKind, value: number, out: Uint8Array, at: number): void {
  if (kind === "i12left") {
    out[at] = (value >> 4) & 0xff;
    out[at + 1] = (value << 4) & 0xff;
    return;
  }
  const width = kind === "u8" ? 1 : kind.includes("24") ? 3 : 2;
  for (let byte = 0; byte < width; byte++) {
    const place = kind.endsWith("be") ? width - 1 - byte : byte;
    out[at + place] = (value >> (8 * byte)) & 0xff;
  }
}
