import type { TrueSample } from "@polychron/devices";
import { closeSync, openSync, writeSync } from "node:fs";

const FLUSH_AT_CHARS = 64 * 1024;

/** Writes down every sample an emulator made: `ticks,fate,hub_us,` and the raw columns; a new head where the columns change. */
export class TruthFile {
  readonly #file: number;
  #names: readonly string[] | undefined;
  #waiting = "";

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  readonly add = ({ ticks, fate, hubUs, names, words }: TrueSample): void => {
    if (names !== this.#names) this.#waiting += `${["ticks", "fate", "hub_us", ...names].join()}\n`;
    this.#names = names;
    this.#waiting += `${ticks},${fate},${hubUs.toFixed(1)},${words.join()}\n`;
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
