import fc from "fast-check";
import { LineSpace } from "@polychron/session/format";

const PIECE = 64;

test("what is kept stays as it was written until it is let go, whatever is written meanwhile", () => {
  const step = fc.record({ length: fc.integer({ min: 1, max: 100 }), letsGo: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const space = new LineSpace(PIECE);
      const held: { bytes: Uint8Array; fill: number }[] = [];
      for (const [index, { length, letsGo }] of steps.entries()) {
        const fill = (index % 250) + 1;
        space.take(length + 10).fill(fill, 0, length + 10);
        held.push({ bytes: space.keep(length), fill });
        for (let count = 0; count < letsGo && held.length > 0; count++) space.letGo(held.shift()!.bytes);
        for (const { bytes, fill: own } of held) expect(bytes.every((byte) => byte === own)).toBe(true);
      }
    }),
  );
});

test("memory is used again once it was let go: a long stream takes no more of it than a short one", () => {
  const space = new LineSpace(PIECE);
  const buffers = new Set<ArrayBufferLike>();
  const held: Uint8Array[] = [];
  for (let group = 0; group < 1_000; group++) {
    space.take(20);
    held.push(space.keep(20));
    buffers.add(held.at(-1)!.buffer);
    if (held.length > 5) space.letGo(held.shift()!);
  }
  expect(buffers.size).toBeLessThan(5);
});

test("several groups that lie side by side are let go as one, and memory from elsewhere is nothing", () => {
  const space = new LineSpace(PIECE);
  space.take(20);
  const first = space.keep(20);
  space.take(20);
  space.keep(20);
  space.letGo(new Uint8Array(5));
  space.letGo(new Uint8Array(first.buffer, first.byteOffset, 40));
  expect(space.take(PIECE).byteOffset).toBe(0);
});
