/**
 * The data elements of a MAT file of level 5, little-endian and uncompressed (MathWorks, "MAT-File Format", chapter 1).
 * Sizes are known before anything is written, so that long columns can be filled in place later.
 */

/** A variable or a part of one. `column` reserves room for n doubles (n x 1) and names them by its `key`. */
export type MatValue =
  | { readonly kind: "column"; readonly key: string; readonly rows: number }
  | { readonly kind: "numbers"; readonly values: readonly number[] }
  | { readonly kind: "logical"; readonly value: boolean }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "struct"; readonly fields: readonly MatField[] };

export interface MatField {
  /** A legal MATLAB name. */
  readonly name: string;
  readonly value: MatValue;
}

/** A file as it will be: bytes that are known, and where each column's doubles go. */
export interface MatLayout {
  readonly sizeBytes: number;
  readonly pieces: readonly { readonly position: number; readonly bytes: Uint8Array }[];
  /** Position of the first double of each column, by key. */
  readonly columnAt: ReadonlyMap<string, number>;
}

const HEADER_BYTES = 128;
const VERSION = 0x0100;
/** Data types of an element. */
const MI = { int8: 1, uint8: 2, int32: 5, uint32: 6, double: 9, matrix: 14, utf16: 17 } as const;
/** Classes of an array. */
const MX = { cell: 1, struct: 2, char: 4, double: 6, uint8: 9 } as const;
const LOGICAL_FLAG = 0x0200;
const TAG_BYTES = 8;
/** Field names take equal room: 63 characters and the closing NUL. */
const FIELD_NAME_BYTES = 64;

const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/**
 * A text as a char array can hold it for every reader: MATLAB counts UTF-16 units, SciPy characters, so that one beyond
 * 16 bits (an emoji) makes SciPy refuse the whole file. Such a character, or half of one, becomes U+FFFD.
 */
export function matText(text: string): MatValue {
  return { kind: "text", text: text.replace(/[\u{10000}-\u{10FFFF}\p{Surrogate}]/gu, "\uFFFD") };
}

/** Bytes of a whole variable in the file, its tag included. */
export function variableBytes(variable: MatField): number {
  return TAG_BYTES + bodyBytes(variable.value, variable.name);
}

/** Lays out a file. `description` is its first 116 bytes: ASCII, cut off there. */
export function layoutMat(description: string, variables: readonly MatField[]): MatLayout {
  const layout = new LayoutWriter();
  layout.header(description);
  for (const { name, value } of variables) layout.matrix(name, value);
  return layout.finish();
}

/** Array flags and dimensions (8 bytes each) and the name, then the content. */
function bodyBytes(value: MatValue, name: string): number {
  return 3 * TAG_BYTES + 8 + 8 + padded(name.length) + contentBytes(value);
}

function contentBytes(value: MatValue): number {
  switch (value.kind) {
    case "column":
      return TAG_BYTES + value.rows * 8;
    case "numbers":
      return TAG_BYTES + value.values.length * 8;
    case "logical":
      return TAG_BYTES + 8;
    case "text":
      return TAG_BYTES + padded(value.text.length * 2);
    case "texts":
      return value.texts.reduce((sum, text) => sum + TAG_BYTES + bodyBytes(matText(text), ""), 0);
    case "struct":
      return structBytes(value.fields);
  }
}

function structBytes(fields: readonly MatField[]): number {
  const names = TAG_BYTES + TAG_BYTES + fields.length * FIELD_NAME_BYTES;
  return fields.reduce((sum, field) => sum + TAG_BYTES + bodyBytes(field.value, ""), names);
}

/** Writes elements one after the other into pieces; a column ends one piece and begins the next behind its room. */
class LayoutWriter {
  readonly #pieces: { position: number; bytes: Uint8Array }[] = [];
  readonly #columnAt = new Map<string, number>();
  #position = 0;
  #pending: number[] = [];

  header(description: string): void {
    const text = description
      .replace(/[^\x20-\x7e]/g, "?")
      .slice(0, 116)
      .padEnd(116, " ");
    for (let i = 0; i < text.length; i++) this.#pending.push(text.charCodeAt(i));
    this.#pending.push(0, 0, 0, 0, 0, 0, 0, 0);
    this.#uint16(VERSION);
    this.#uint16(0x4d49);
    if (this.#pending.length !== HEADER_BYTES) throw new RangeError("a MAT header has 128 bytes");
  }

  matrix(name: string, value: MatValue): void {
    this.#tag(MI.matrix, bodyBytes(value, name));
    switch (value.kind) {
      case "column":
        this.#head(MX.double, [value.rows, 1], name);
        return this.#column(value.key, value.rows);
      case "numbers":
        this.#head(MX.double, [value.values.length, 1], name);
        return this.#numbers(value.values);
      case "logical":
        this.#head(MX.uint8 | LOGICAL_FLAG, [1, 1], name);
        return this.#element(MI.uint8, [value.value ? 1 : 0]);
      case "text":
        this.#head(MX.char, [value.text === "" ? 0 : 1, value.text.length], name);
        return this.#element(MI.utf16, utf16(value.text));
      case "texts":
        this.#head(MX.cell, [value.texts.length, 1], name);
        return value.texts.forEach((text) => this.matrix("", matText(text)));
      case "struct":
        this.#head(MX.struct, [1, 1], name);
        return this.#fields(value.fields);
    }
  }

  finish(): MatLayout {
    this.#closePiece();
    return { sizeBytes: this.#position, pieces: this.#pieces, columnAt: this.#columnAt };
  }

  #head(flags: number, dimensions: readonly [number, number], name: string): void {
    this.#tag(MI.uint32, 8);
    this.#uint32(flags);
    this.#uint32(0);
    this.#tag(MI.int32, 8);
    dimensions.forEach((length) => this.#uint32(length));
    this.#element(MI.int8, ascii(name));
  }

  #fields(fields: readonly MatField[]): void {
    // The one element here in the short form, as MATLAB writes it: type and size in the first four bytes.
    this.#uint16(MI.int32);
    this.#uint16(4);
    this.#uint32(FIELD_NAME_BYTES);
    this.#element(
      MI.int8,
      fields.flatMap(({ name }) => ascii(name.padEnd(FIELD_NAME_BYTES, "\0"))),
    );
    for (const { value } of fields) this.matrix("", value);
  }

  #column(key: string, rows: number): void {
    this.#tag(MI.double, rows * 8);
    this.#closePiece();
    this.#columnAt.set(key, this.#position);
    this.#position += rows * 8;
  }

  #numbers(values: readonly number[]): void {
    this.#element(MI.double, [...new Uint8Array(Float64Array.from(values).buffer)]);
  }

  #element(type: number, bytes: readonly number[]): void {
    this.#tag(type, bytes.length);
    for (const byte of bytes) this.#pending.push(byte);
    for (let i = bytes.length; i < padded(bytes.length); i++) this.#pending.push(0);
  }

  #tag(type: number, bytes: number): void {
    this.#uint32(type);
    this.#uint32(bytes);
  }

  #uint16(value: number): void {
    this.#pending.push(value & 0xff, value >>> 8);
  }

  #uint32(value: number): void {
    this.#pending.push(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
  }

  #closePiece(): void {
    if (this.#pending.length === 0) return;
    this.#pieces.push({ position: this.#position, bytes: Uint8Array.from(this.#pending) });
    this.#position += this.#pending.length;
    this.#pending = [];
  }
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** UTF-16 code units, little-endian. */
function utf16(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) bytes.push(text.charCodeAt(i) & 0xff, text.charCodeAt(i) >>> 8);
  return bytes;
}
