/** Memory that the lines of many blocks share, one group behind the other. */
interface Piece {
  readonly bytes: Uint8Array;
  usedBytes: number;
  /** Of those, kept and not let go yet. */
  heldBytes: number;
}

const PIECE_BYTES = 32 * 1024;
const SPARES = 2;

/**
 * Where lines are written until they are on the disk, in memory that is used again: pieces of its own for each block would
 * keep the garbage collector busier than the writing. One taker at a time; what was taken is kept before it is taken again.
 */
export class LineSpace {
  readonly #pieceBytes: number;
  #piece: Piece = pieceOf(0);
  #held: Piece[] = [];
  readonly #spare: Piece[] = [];

  /** Pieces of at least so many bytes. */
  constructor(pieceBytes = PIECE_BYTES) {
    this.#pieceBytes = pieceBytes;
  }

  /** Room for at least so many bytes. */
  take(bytes: number): Uint8Array {
    if (this.#piece.bytes.length - this.#piece.usedBytes < bytes) this.#begin(bytes);
    return this.#piece.bytes.subarray(this.#piece.usedBytes);
  }

  /** The first bytes of what was taken last: nobody writes there before they are let go. */
  keep(bytes: number): Uint8Array {
    const from = this.#piece.usedBytes;
    this.#piece.usedBytes += bytes;
    this.#piece.heldBytes += bytes;
    return this.#piece.bytes.subarray(from, from + bytes);
  }

  /** Nobody reads these any more: what was kept, or several such that lie side by side. Memory from elsewhere is nothing to it. */
  letGo(bytes: Uint8Array): void {
    const isOf = (piece: Piece): boolean => piece.bytes.buffer === bytes.buffer;
    const piece = isOf(this.#piece) ? this.#piece : this.#held.find(isOf);
    if (piece === undefined) return;
    piece.heldBytes -= bytes.length;
    if (piece.heldBytes > 0) return;
    piece.usedBytes = 0;
    if (piece === this.#piece) return;
    this.#held = this.#held.filter((held) => held !== piece);
    if (piece.bytes.length === this.#pieceBytes && this.#spare.length < SPARES) this.#spare.push(piece);
  }

  #begin(bytes: number): void {
    if (this.#piece.heldBytes > 0) this.#held.push(this.#piece);
    const spare = bytes <= this.#pieceBytes ? this.#spare.pop() : undefined;
    this.#piece = spare ?? pieceOf(Math.max(this.#pieceBytes, bytes));
  }
}

function pieceOf(bytes: number): Piece {
  return { bytes: new Uint8Array(bytes), usedBytes: 0, heldBytes: 0 };
}
