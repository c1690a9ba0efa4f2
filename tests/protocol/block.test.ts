import { BLOCK_LAYOUT, decodeBlock, encodeBlock, type WireBlock } from "@polychron/protocol";
import fc from "fast-check";

const HEAD_BYTES = 16;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** Any block that a phone may send: small, but of every shape. */
const anyBlock: fc.Arbitrary<WireBlock> = fc
  .record({ n: fc.integer({ min: 1, max: 9 }), m: fc.integer({ min: 1, max: 5 }), hasMissing: fc.boolean() })
  .chain(({ n, m, hasMissing }) => {
    const column = fc.array(finite, { minLength: n, maxLength: n }).map((values) => Float64Array.from(values));
    const mask = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: n, maxLength: n });
    const columns = { minLength: m, maxLength: m };
    return fc.record({
      streamIndex: fc.integer({ min: 0, max: 255 }),
      firstSeq: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER - n }),
      skips: fc.boolean(),
      deviceTimeS: column.map((times) => times.sort()),
      channels: fc.array(column, columns),
      ...(hasMissing && {
        missing: fc.array(
          mask.map((bits) => Uint8Array.from(bits)),
          columns,
        ),
      }),
    });
  });

const motion: WireBlock = {
  streamIndex: 3,
  firstSeq: 1000,
  skips: false,
  deviceTimeS: Float64Array.of(1, 1, 2),
  channels: [Float64Array.of(0.5, -0.5, 0), Float64Array.of(7, 8, 9)],
  missing: [Uint8Array.of(0, 0, 1), Uint8Array.of(0, 0, 0)],
};

function changed(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = encodeBlock(motion);
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

/** Why these bytes were refused. */
function refusal(bytes: Uint8Array): string {
  const read = decodeBlock(bytes);
  return read.kind === "bad" ? read.reason : "not refused";
}

test("every block comes back as it was, bit for bit", () => {
  fc.assert(
    fc.property(anyBlock, (block) => {
      expect(decodeBlock(encodeBlock(block))).toEqual({ kind: "block", block });
    }),
  );
});

test("a block is read the same wherever it lies in a larger buffer, and keeps nothing of that buffer", () => {
  fc.assert(
    fc.property(anyBlock, fc.integer({ min: 0, max: 16 }), (block, offset) => {
      const bytes = encodeBlock(block);
      const pool = Buffer.alloc(bytes.length + 32, 255);
      pool.set(bytes, offset);
      const read = decodeBlock(pool.subarray(offset, offset + bytes.length));
      pool.fill(0); // the block must not be a view on memory that goes on to something else
      expect(read).toEqual({ kind: "block", block });
    }),
  );
});

test("a block cut at any byte, or with a byte too many, is refused", () => {
  fc.assert(
    fc.property(anyBlock, (block) => {
      const bytes = encodeBlock(block);
      for (let length = 0; length < bytes.length; length++)
        expect(decodeBlock(bytes.subarray(0, length)).kind).toBe("bad");
      expect(decodeBlock(Uint8Array.of(...bytes, 0)).kind).toBe("bad");
    }),
    { numRuns: 20 },
  );
});

test("a block in which time goes backwards is read: who knows its stream judges that", () => {
  const block = { ...motion, deviceTimeS: Float64Array.from(motion.deviceTimeS).reverse() };
  expect(decodeBlock(encodeBlock(block))).toEqual({ kind: "block", block });
});

test("garbage is refused with a reason and never thrown, whatever its head pretends", () => {
  const garbage = fc.uint8Array({ maxLength: 200 });
  const withHead = garbage.map((bytes) => Uint8Array.of(BLOCK_LAYOUT, 0, 0, ...bytes));
  fc.assert(
    fc.property(fc.oneof(garbage, withHead), (bytes) => {
      const read = decodeBlock(bytes);
      if (read.kind === "bad") expect(read.reason).not.toBe("");
      else expect(encodeBlock(read.block)).toEqual(Uint8Array.from(bytes));
    }),
    { numRuns: 1000 },
  );
});

test("one damaged byte gives another good block or a refusal, never something thrown", () => {
  const bytes = encodeBlock(motion);
  fc.assert(
    fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      expect(["block", "bad"]).toContain(decodeBlock(damaged).kind);
    }),
  );
});

const TIMES_AT = HEAD_BYTES;
const VALUES_AT = TIMES_AT + 3 * 8;
const MASKS_AT = VALUES_AT + 2 * 3 * 8;

test.each<[string, string, (view: DataView, bytes: Uint8Array) => void]>([
  ["another layout", "layout 2 is unknown", (view) => view.setUint8(0, 2)],
  ["an unknown flag", "flags 5 are unknown", (view) => view.setUint8(2, 5)],
  ["no channel", "it holds no sample", (view) => view.setUint8(3, 0)],
  ["no sample", "it holds no sample", (view) => view.setUint32(4, 0, true)],
  ["more samples than bytes", "4 samples of 2 channels take 120 bytes, not 94", (view) => view.setUint32(4, 4, true)],
  ["more channels than bytes", "3 samples of 3 channels take 121 bytes, not 94", (view) => view.setUint8(3, 3)],
  [
    "four thousand million samples",
    "4294967295 samples of 2 channels take 111669149686 bytes, not 94",
    (view) => view.setUint32(4, 0xffffffff, true),
  ],
  ["a number beyond a double", "its sequence number is too large", (view) => view.setUint32(12, 0xffffffff, true)],
  [
    "a number whose successor is beyond a double",
    "its sequence number is too large",
    (view) => view.setBigUint64(8, BigInt(Number.MAX_SAFE_INTEGER), true),
  ],
  [
    "a time that is no number",
    "the time of sample 1 is no number",
    (view) => view.setFloat64(TIMES_AT + 8, Number.NaN, true),
  ],
  ["an infinite time", "the time of sample 2 is no number", (view) => view.setFloat64(TIMES_AT + 16, Infinity, true)],
  [
    "a value that is no number",
    "channel 1 of sample 2 is no number; mark a missing value as missing",
    (view) => view.setFloat64(VALUES_AT + 5 * 8, Number.NaN, true),
  ],
  [
    "an infinite value",
    "channel 0 of sample 0 is no number; mark a missing value as missing",
    (view) => view.setFloat64(VALUES_AT, -Infinity, true),
  ],
  [
    "a mask that says neither here nor missing",
    "channel 1 of sample 0 is marked 2, neither here (0) nor missing (1)",
    (_view, bytes) => bytes.fill(2, MASKS_AT + 3, MASKS_AT + 4),
  ],
])("a block with %s is refused, with the place", (_what, reason, change) => {
  expect(refusal(changed(change))).toBe(reason);
});
