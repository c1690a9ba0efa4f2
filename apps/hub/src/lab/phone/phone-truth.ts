import type { PhoneTruth } from "@polychron/devices";
import { closeSync, createReadStream, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

const FLUSH_AT_CHARS = 64 * 1024;

/** Writes down every sample and every file that an emulated phone made: one JSON object a line. */
export class PhoneTruthFile {
  readonly #file: number;
  #waiting = "";

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  readonly add = (truth: PhoneTruth): void => {
    this.#waiting += `${JSON.stringify(truth)}\n`;
    if (this.#waiting.length > FLUSH_AT_CHARS) this.#flush();
  };

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#waiting);
    this.#waiting = "";
  }
}

/** The lines of a truth file, in the order in which they were made. */
export async function* readPhoneTruth(path: string): AsyncGenerator<PhoneTruth> {
  for await (const line of createInterface({ input: createReadStream(path) })) yield JSON.parse(line) as PhoneTruth;
}
