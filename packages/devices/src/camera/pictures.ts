const MARK = 0xff;
const START = 0xd8;
const END = 0xd9;
/** A picture of 320 pixels takes some 15 kB. */
const LARGEST_BYTES = 2 ** 20;

/** JPEG pictures out of a stream of them. Inside a picture `FF` is followed by `00` or a restart mark, so that `FF D9` is its end. */
export class PictureSplitter {
  #kept = new Uint8Array(0);

  /** The pictures that are whole now; what lies between pictures is passed over. */
  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = new Uint8Array(this.#kept.length + chunk.length);
    bytes.set(this.#kept);
    bytes.set(chunk, this.#kept.length);
    const pictures: Uint8Array[] = [];
    let from = find(bytes, START, 0);
    for (let end = find(bytes, END, from); from >= 0 && end >= 0; end = find(bytes, END, from)) {
      pictures.push(bytes.slice(from, end + 2));
      from = find(bytes, START, end + 2);
    }
    this.#kept = this.#rest(bytes, from);
    return pictures;
  }

  #rest(bytes: Uint8Array, from: number): Uint8Array<ArrayBuffer> {
    if (from >= 0) return bytes.length - from > LARGEST_BYTES ? new Uint8Array(0) : bytes.slice(from);
    return bytes.at(-1) === MARK ? Uint8Array.of(MARK) : new Uint8Array(0);
  }
}

function find(bytes: Uint8Array, mark: number, from: number): number {
  if (from < 0) return -1;
  for (let at = bytes.indexOf(MARK, from); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(MARK, at + 1))
    if (bytes[at + 1] === mark) return at;
  return -1;
}
