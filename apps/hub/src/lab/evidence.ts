import type { FileEntry } from "@polychron/session/format";
import { joinPath } from "@polychron/session/format";
import { diskFiles, SessionReader, type StreamFile } from "@polychron/session/store";

/** A finished session as a judge has it before it: what the hub counted, logged and wrote. */
export class Evidence {
  readonly reader: SessionReader;
  /** The number of markers in the log. */
  readonly markers: number;
  readonly #streams: readonly StreamFile[];
  readonly #gaps: readonly LoggedGap[];

  private constructor(reader: SessionReader, streams: readonly StreamFile[], logged: LoggedFacts) {
    this.reader = reader;
    this.markers = logged.markers;
    this.#streams = streams;
    this.#gaps = logged.gaps;
  }

  /** Throws as `SessionReader.open`. */
  static async gather(recordings: string, session: string): Promise<Evidence> {
    const reader = await SessionReader.open(diskFiles(), recordings, session);
    return new Evidence(reader, await reader.streams(), await readFacts(reader));
  }

  /** Samples that the log marks as missing, for one cause or for any. */
  gapsLogged(device: string, stream: string, cause?: string): number {
    const own = this.#gaps.filter((gap) => gap.device === device && gap.stream === stream);
    const meant = own.filter((gap) => cause === undefined || gap.cause === cause);
    return meant.reduce((sum, gap) => sum + gap.samples, 0);
  }

  /** The errors in the metadata that are about none of the given devices: code and what it is about. */
  errorsBeside(devices: readonly string[]): readonly string[] {
    // The target is the device, or one of its files, whose name begins with it.
    const isAbout = (target: string): boolean => devices.some((device) => `/${target}`.includes(`/${device}`));
    const { errors } = this.reader.metadata;
    return errors.filter(({ target }) => !isAbout(target)).map(({ code, target }) => `${code} ${target}`);
  }

  /** What is on the disk of a device's stream or of its frame times. */
  streamFile(device: string, stream: string): StreamFile | undefined {
    return this.#streams.find((file) => file.deviceId === device && file.fileType === stream);
  }

  /** The files of a device as the metadata list them. */
  filesOf(device: string): readonly FileEntry[] {
    return this.reader.metadata.files[device] ?? [];
  }

  /** Where a file of the session is. */
  pathOf(entry: { readonly file_path: string }): string {
    return joinPath(this.reader.folder, entry.file_path);
  }

  /** The address under which the hub reached a device. */
  addressOf(device: string): string | undefined {
    const entry = this.reader.metadata.devices[device] as { connection?: { address?: string } } | undefined;
    return entry?.connection?.address;
  }
}

interface LoggedFacts {
  readonly gaps: readonly LoggedGap[];
  readonly markers: number;
}

/** One hole as the log has it. */
interface LoggedGap {
  readonly device: string;
  readonly stream: string;
  readonly cause: string;
  readonly samples: number;
}

async function readFacts(reader: SessionReader): Promise<LoggedFacts> {
  const gaps: LoggedGap[] = [];
  let markers = 0;
  for await (const event of reader.events()) {
    if (event.event === "marker") markers += 1;
    if (event.event !== "gap") continue;
    const { device, stream, cause, samples = 0 } = event;
    gaps.push({
      ...{ device: String(device), stream: String(stream), cause: String(cause) },
      samples: Number(samples),
    });
  }
  return { gaps, markers };
}
