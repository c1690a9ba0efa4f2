import { stemOf } from "../format/layout.js";

/** Which names of data files are taken in a session. Files that differ only in their extension count as one name: they would share a sidecar. */
export class FileNames {
  readonly #taken: Set<string>;

  /** @param paths the files that are there, finished or not, relative to the session */
  constructor(paths: Iterable<string>) {
    this.#taken = new Set([...paths].map(stemOf));
  }

  /** The first part number (1, 2, 3…) at which none of the paths is taken; they are taken from then on. */
  claim(pathsOf: (part: number) => readonly string[]): number {
    for (let part = 1; ; part++) {
      const stems = pathsOf(part).map(stemOf);
      if (stems.some((stem) => this.#taken.has(stem))) continue;
      for (const stem of stems) this.#taken.add(stem);
      return part;
    }
  }

  /** For names under which nothing was written after all. */
  release(paths: readonly string[]): void {
    for (const path of paths) this.#taken.delete(stemOf(path));
  }
}
