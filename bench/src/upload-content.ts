import { createHash, randomBytes } from "node:crypto";

const PIECE_BYTES = 8 * 2 ** 20;

/** A big file that needs no disk: one random piece, over and over. */
export class UploadContent {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly #piece = randomBytes(PIECE_BYTES);

  constructor(pieces: number) {
    this.sizeBytes = pieces * PIECE_BYTES;
    const hash = createHash("sha256");
    for (let count = 0; count < pieces; count++) hash.update(this.#piece);
    this.sha256 = hash.digest("hex");
  }

  /** At most one piece from a byte on. */
  from(offsetBytes: number): Buffer[] {
    const at = offsetBytes % PIECE_BYTES;
    const parts = at === 0 ? [this.#piece] : [this.#piece.subarray(at), this.#piece.subarray(0, at)];
    const leftBytes = this.sizeBytes - offsetBytes;
    return leftBytes >= PIECE_BYTES ? parts : [parts[0]!.subarray(0, leftBytes)];
  }
}
