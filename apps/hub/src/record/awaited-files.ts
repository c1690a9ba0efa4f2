import type { AwaitedFileView } from "@polychron/protocol";
import type { AwaitedFile } from "@polychron/session/store";

/** The rate is measured over the last seconds: a stall shows soon, a single slow chunk does not. */
const WINDOW_US = 5e6;

/** One reading of how far a file is. */
interface Reading {
  readonly atUs: number;
  readonly bytes: number;
}

/** How fast announced files come in, measured from one look to the next. */
export class AwaitedFiles {
  readonly #readings = new Map<string, readonly Reading[]>();

  /** As of a hub time; called regularly. */
  views(awaited: readonly AwaitedFile[], nowUs: number): AwaitedFileView[] {
    const keys = new Set(awaited.map(keyOf));
    for (const key of this.#readings.keys()) if (!keys.has(key)) this.#readings.delete(key);
    return awaited.map((file) => this.#view(file, nowUs));
  }

  #view(file: AwaitedFile, nowUs: number): AwaitedFileView {
    const rate = this.#bytesPerS(keyOf(file), { atUs: nowUs, bytes: file.receivedBytes });
    return {
      device: file.deviceId,
      recording: file.recording,
      file_id: file.fileId,
      file_type: file.fileType,
      size_bytes: file.sizeBytes,
      received_bytes: file.receivedBytes,
      bytes_per_s: rate,
      seconds_left: rate === null ? null : (file.sizeBytes - file.receivedBytes) / rate,
    };
  }

  /** Null while nothing comes. */
  #bytesPerS(key: string, now: Reading): number | null {
    const kept = [...(this.#readings.get(key) ?? []), now].filter(({ atUs }) => atUs >= now.atUs - WINDOW_US);
    this.#readings.set(key, kept);
    const first = kept[0]!;
    const bytes = now.bytes - first.bytes;
    return bytes > 0 && now.atUs > first.atUs ? (bytes * 1e6) / (now.atUs - first.atUs) : null;
  }
}

function keyOf({ deviceId, fileId }: AwaitedFile): string {
  return `${deviceId} ${fileId}`;
}
