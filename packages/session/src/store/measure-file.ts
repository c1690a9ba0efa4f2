import { createHash } from "node:crypto";
import { CsvReader, isSampleHeader, type CsvRows, type CsvTail } from "../format/index.js";
import { readChunks, type FileSystem } from "./files.js";

/** What a data file holds, counted from its lines. */
export interface MeasuredFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  /** For CSV files; a file without one whole line has none. */
  readonly csv:
    | { readonly header: readonly string[]; readonly tail: CsvTail; readonly samples: SampleSpan | undefined }
    | undefined;
}

/** The samples of a sensor data file, first to last. */
export interface SampleSpan {
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Sample numbers between first and last that are not there: lost, exactly. */
  readonly missing: number;
  readonly firstDeviceTimeS: number;
  readonly lastDeviceTimeS: number;
  readonly firstArrivalS: number;
  readonly lastArrivalS: number;
}

/** Reads a data file from end to end, once; memory is bounded by one chunk. Throws `STORAGE_*`. */
export async function measureFile(files: FileSystem, path: string): Promise<MeasuredFile> {
  const hash = createHash("sha256");
  const counter = /\.csv(\.part)?$/.test(path) ? new CsvCounter() : undefined;
  let sizeBytes = 0;
  for await (const chunk of readChunks(files, path)) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    counter?.push(chunk);
  }
  return { sizeBytes, sha256: hash.digest("hex"), csv: counter?.end() };
}

class CsvCounter {
  readonly #reader = new CsvReader();
  #rows = 0;
  #span: SampleSpan | undefined;

  push(chunk: Uint8Array): void {
    for (const rows of this.#reader.push(chunk)) this.#take(rows);
  }

  end(): MeasuredFile["csv"] {
    const steps = this.#reader.end();
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) this.#take(step.value);
    const { header } = this.#reader;
    return header && { header, tail: step.value, samples: this.#span };
  }

  #take({ count, columns }: CsvRows): void {
    if (count === 0 || !isSampleHeader(this.#reader.header ?? [])) return;
    this.#rows += count;
    const [seq, deviceTimeS, arrivalS] = columns as [Float64Array, Float64Array, Float64Array];
    const firstSeq = this.#span?.firstSeq ?? seq[0]!;
    const lastSeq = seq[count - 1]!;
    this.#span = {
      firstSeq,
      lastSeq,
      missing: Math.max(0, lastSeq - firstSeq + 1 - this.#rows),
      firstDeviceTimeS: this.#span?.firstDeviceTimeS ?? deviceTimeS[0]!,
      lastDeviceTimeS: deviceTimeS[count - 1]!,
      firstArrivalS: this.#span?.firstArrivalS ?? arrivalS[0]!,
      lastArrivalS: arrivalS[count - 1]!,
    };
  }
}
