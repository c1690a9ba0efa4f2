import { layoutMat, matText, variableBytes, type MatField } from "../../packages/export/src/formats/mat5-element.js";

function fileOf(variables: readonly MatField[]): Uint8Array {
  const layout = layoutMat("test", variables);
  const bytes = new Uint8Array(layout.sizeBytes);
  for (const piece of layout.pieces) bytes.set(piece.bytes, piece.position);
  return bytes;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("the header is 128 bytes: text, version 5, little-endian", () => {
  const bytes = fileOf([]);
  expect(bytes).toHaveLength(128);
  expect(Buffer.from(bytes.subarray(0, 116)).toString()).toBe("test".padEnd(116));
  expect(hex(bytes.subarray(116))).toBe("0000000000000000" + "0001" + "494d");
});

test("a column of two doubles is laid out byte by byte as the file format says", () => {
  const bytes = fileOf([{ name: "ab", value: { kind: "numbers", values: [1, -0] } }]).subarray(128);
  expect(hex(bytes)).toBe(
    "0e000000" +
      "48000000" + // miMATRIX, 72 bytes
      "06000000" +
      "08000000" +
      "06000000" +
      "00000000" + // array flags: mxDOUBLE
      "05000000" +
      "08000000" +
      "02000000" +
      "01000000" + // dimensions 2 x 1
      "01000000" +
      "02000000" +
      "6162000000000000" + // name, padded
      "09000000" +
      "10000000" +
      "000000000000f03f" +
      "0000000000000080",
  );
});

test("a column kept for later has the same bytes around it, and its place is known", () => {
  const layout = layoutMat("test", [{ name: "ab", value: { kind: "column", key: "k", rows: 2 } }]);
  expect(layout.sizeBytes).toBe(128 + 80);
  expect(layout.columnAt.get("k")).toBe(128 + 80 - 16);
});

test("what a variable needs is known before it is written", () => {
  const value: MatField = {
    name: "all",
    value: {
      kind: "struct",
      fields: [
        { name: "text", value: matText("µS") },
        { name: "none", value: matText("") },
        { name: "labels", value: { kind: "texts", texts: ["a", "bc", ""] } },
        { name: "flag", value: { kind: "logical", value: true } },
        { name: "column", value: { kind: "column", key: "c", rows: 1000 } },
        { name: "inner", value: { kind: "struct", fields: [] } },
      ],
    },
  };
  expect(layoutMat("", [value]).sizeBytes).toBe(128 + variableBytes(value));
});

test("characters beyond 16 bits become one replacement character each", () => {
  expect(matText("a😀b\ud800")).toEqual({ kind: "text", text: "a\ufffdb\ufffd" });
});
