import { ExportError } from "./errors.js";
import type { TimedSession } from "@polychron/processing/timed";

/** Where an encoder puts the bytes of one file. */
export interface ByteSink {
  /** Writes at a position, bytes from the start of the file; what lies between two writes is filled later or NUL. */
  write(bytes: Uint8Array, position: number): Promise<void>;
}

/** What accompanies the encoding of one file. */
export interface EncodeContext {
  /** Looked at between blocks. */
  readonly signal: AbortSignal;
  /** Told how many more rows are encoded. */
  onRows(count: number): void;
}

/** One file that an export will consist of. */
export interface ExportFile {
  /** Its name inside the format's folder. */
  readonly name: string;
  /** Rows that `encode` will report. */
  readonly rows: number;
  /** Writes the whole file; the same source gives the same bytes. Throws `ExportError`, and what the sink throws. */
  encode(sink: ByteSink, context: EncodeContext): Promise<void>;
}

/** An encoder: a session in, files out. It opens nothing and reads no clock. */
export interface ExportFormat {
  /** What the operator chooses: `csv`, `mat`. */
  readonly id: string;
  /** Its folder under `exports/`. */
  readonly folder: string;
  /** The files for a session, before anything is written. Throws `ExportError` where the format cannot hold it. */
  files(source: TimedSession): readonly ExportFile[];
}

/** The formats that a program offers. */
export class FormatRegistry {
  readonly #formats: readonly ExportFormat[];

  constructor(formats: readonly ExportFormat[]) {
    this.#formats = formats;
  }

  /** In the order in which they are offered. */
  get ids(): readonly string[] {
    return this.#formats.map((format) => format.id);
  }

  /** Throws `ExportError` (`EXPORT_FORMAT_UNKNOWN`). */
  get(id: string): ExportFormat {
    const format = this.#formats.find((candidate) => candidate.id === id);
    if (format === undefined)
      throw new ExportError("EXPORT_FORMAT_UNKNOWN", { format: id, known: this.ids.join(", ") });
    return format;
  }
}
