import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

/** What became of a sample that an emulator made. */
export type Fate = "sent" | "dropped" | "damaged";

/** One sample as its emulator made it: raw words by channel, such as `gsr_counts`. */
export interface TruthRow {
  readonly ticks: number;
  readonly fate: string;
  /** When it was made, by the clock of the computer that hub and emulator run on, microseconds. */
  readonly hubUs: number;
  readonly words: Readonly<Record<string, number>>;
}

/** The samples of a truth file, in the order in which they were made. */
export async function* readTruth(path: string): AsyncGenerator<TruthRow> {
  let names: readonly string[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const cells = line.split(",");
    if (cells[0] === "ticks") {
      names = cells.slice(3);
      continue;
    }
    yield {
      ticks: Number(cells[0]),
      fate: cells[1]!,
      hubUs: Number(cells[2]),
      words: Object.fromEntries(names.map((name, index) => [name, Number(cells[index + 3])])),
    };
  }
}
