import {
  CsvReader,
  isSampleHeader,
  joinPath,
  METADATA_FILE,
  ONE_WAY_COLUMNS,
  TWO_WAY_COLUMNS,
  parseMetadata,
  parseSidecar,
  PartJoin,
  SAMPLE_COLUMNS,
  sidecarFile,
  toStreamRows,
  type CsvRows,
  type CsvTail,
  type SessionMetadata,
  type Sidecar,
  type StreamRows,
} from "../format/index.js";
import { isClockType, SessionError, SessionNotFoundError, type SessionEvent } from "../model/index.js";
import { isMissing, readChunks, readWhole, type FileSystem } from "./files.js";
import { readEvents, type LogPlace } from "./log-reader.js";
import { listTree, type TreeEntry } from "./tree.js";
import { groupStreams, type StreamParts } from "../format/index.js";

/** One stream of one recording as it lies on disk. */
export interface StreamFile extends StreamParts {
  /** The number of its recording; undefined when the metadata knows no recording of this stamp. */
  readonly recording: number | undefined;
  /** What describes it; undefined when the sidecar is missing or unreadable. */
  readonly sidecar: Sidecar | undefined;
  /** The names of its channels, in the order of `StreamRows.columns`. */
  readonly channels: readonly string[];
}

/** Exchanges with a device's clock, one array per time, `count` long: t1, t4 session seconds, t2, t3 device seconds. */
export interface ProbeRows {
  readonly count: number;
  readonly t1: Float64Array;
  readonly t2: Float64Array;
  readonly t3: Float64Array;
  readonly t4: Float64Array;
  /** A number for the name of the device's clock: another one, another clock. */
  readonly clockId: Float64Array;
  /** Resolution of the device's clock, seconds. */
  readonly quantS: Float64Array;
}

/** Observations of a one-way clock: when the device says, and the session time of arrival; both in seconds, `count` long. */
export interface ClockPairs {
  readonly count: number;
  readonly deviceTimestampS: Float64Array;
  readonly hostArrivalS: Float64Array;
}

/** Told once per file read to its end what it held beside good lines. */
export type TailListener = (path: string, tail: CsvTail) => void;

/** A session tree read back, whole or torn; changes nothing, and holds one block of rows at a time. */
export class SessionReader {
  /** The session's metadata as it was when the reader was opened. */
  readonly metadata: SessionMetadata;
  /** The name of the session's folder. */
  readonly id: string;
  /** The session's folder. */
  readonly folder: string;
  readonly #files: FileSystem;
  #tree: Promise<readonly TreeEntry[]> | undefined;

  private constructor(files: FileSystem, place: LogPlace, metadata: SessionMetadata) {
    this.#files = files;
    this.id = place.sessionId;
    this.folder = place.folder;
    this.metadata = metadata;
  }

  /** Throws `SESSION_NOT_FOUND`, `METADATA_BROKEN`, `METADATA_NEWER` (only when this version cannot read it), `STORAGE_*`. */
  static async open(files: FileSystem, recordingsFolder: string, sessionId: string): Promise<SessionReader> {
    const folder = joinPath(recordingsFolder, sessionId);
    if ((await files.facts(folder))?.kind !== "folder") throw new SessionNotFoundError(sessionId);
    return new SessionReader(files, { folder, sessionId }, await readMetadata(files, folder, sessionId));
  }

  /** The log's events in order, its parts joined; damaged lines are passed over (`check` names them). */
  events(fromSeq = 1): AsyncGenerator<SessionEvent> {
    return readEvents(this.#files, { folder: this.folder, sessionId: this.id }, fromSeq);
  }

  /** Every stream with samples or frame times, by device, file type and start. */
  async streams(): Promise<StreamFile[]> {
    const groups = groupStreams((await this.#entries()).map((entry) => entry.path)).filter(
      (group) => !isClockType(group.fileType),
    );
    const found: StreamFile[] = [];
    for (const group of groups) found.push(await this.#describe(group));
    return found;
  }

  /** The samples of a stream, its parts joined, none twice. Throws `DATA_BROKEN` when a part is no file of this stream. */
  async *blocks(stream: StreamFile, onTail?: TailListener): AsyncGenerator<StreamRows> {
    const join = new PartJoin();
    for (const path of stream.parts) {
      join.nextPart();
      for await (const { header, rows } of this.#rows(path, onTail)) {
        if (!holds(header, stream)) {
          throw new SessionError("DATA_BROKEN", { path, reason: `its columns are ${header.join()}` });
        }
        const fresh = join.take(toStreamRows(rows));
        if (fresh !== undefined) yield fresh;
      }
    }
  }

  /** The clock observations of a device that cannot be asked, in the order in which they were made. */
  async *clockPairs(deviceId: string, onTail?: TailListener): AsyncGenerator<ClockPairs> {
    for (const path of await this.#clockFiles(deviceId, "clock")) {
      for await (const { header, rows } of this.#rows(path, onTail)) {
        const [deviceTimestampS, hostArrivalS] = ONE_WAY_COLUMNS.map((name) => rows.columns[header.indexOf(name)]);
        if (deviceTimestampS && hostArrivalS) yield { count: rows.count, deviceTimestampS, hostArrivalS };
      }
    }
  }

  /** The raw probes of a device that answers them, in the order in which they were made; an empty `t4` (no answer) is NaN. */
  probes(deviceId: string, onTail?: TailListener): AsyncGenerator<ProbeRows> {
    return this.#exchanges(deviceId, "clock", onTail);
  }

  /**
   * The raw readings of a clock that can be read while its device streams, in the order in which they were made. Question and
   * answer wait for the radio: of an exchange only the edges say something, never the middle.
   */
  readings(deviceId: string, onTail?: TailListener): AsyncGenerator<ProbeRows> {
    return this.#exchanges(deviceId, "clock_readings", onTail);
  }

  async *#exchanges(deviceId: string, fileType: string, onTail?: TailListener): AsyncGenerator<ProbeRows> {
    for (const path of await this.#clockFiles(deviceId, fileType)) {
      for await (const { header, rows } of this.#rows(path, onTail)) {
        const [t1, t2, t3, t4, clockId, quantS] = TWO_WAY_COLUMNS.map((name) => rows.columns[header.indexOf(name)]);
        if (t1 && t2 && t3 && t4 && clockId && quantS) yield { count: rows.count, t1, t2, t3, t4, clockId, quantS };
      }
    }
  }

  async #clockFiles(deviceId: string, fileType: string): Promise<string[]> {
    const groups = groupStreams((await this.#entries()).map((entry) => entry.path));
    const mine = groups.filter((group) => group.fileType === fileType && group.deviceId === deviceId);
    return mine.flatMap((group) => group.parts);
  }

  async #describe(group: StreamParts): Promise<StreamFile> {
    const recording = this.metadata.recordings.find((entry) => entry.stamp === group.stamp)?.number;
    const sidecar = await readSidecar(this.#files, this.folder, group.path);
    const names = await this.#header(group.parts[0]!);
    const described = sidecar?.columns.map(({ name }) => name);
    // A header that was damaged is no loss where the sidecar knows as many columns by name.
    const header = !isSampleHeader(names) && described?.length === names.length ? described : names;
    return { ...group, recording, sidecar, channels: header.slice(SAMPLE_COLUMNS.length) };
  }

  async #header(path: string): Promise<readonly string[]> {
    const reader = new CsvReader(1);
    for await (const chunk of readChunks(this.#files, joinPath(this.folder, path), 0, 1 << 14)) {
      reader.push(chunk).next();
      if (reader.header !== undefined) return reader.header;
    }
    return [];
  }

  async *#rows(path: string, onTail?: TailListener): AsyncGenerator<{ header: readonly string[]; rows: CsvRows }> {
    const reader = new CsvReader();
    for await (const chunk of readChunks(this.#files, joinPath(this.folder, path))) {
      for (const rows of reader.push(chunk)) yield { header: reader.header!, rows };
    }
    const end = reader.end();
    for (let step = end.next(); ; step = end.next()) {
      if (step.done) return onTail?.(path, step.value);
      yield { header: reader.header!, rows: step.value };
    }
  }

  #entries(): Promise<readonly TreeEntry[]> {
    this.#tree ??= listTree(this.#files, this.folder);
    return this.#tree;
  }
}

/** Whether a file with this header holds the channels of a stream: by name, or by number where its header is damaged. */
function holds(header: readonly string[], { channels, sidecar }: StreamFile): boolean {
  if (isSampleHeader(header)) return header.slice(SAMPLE_COLUMNS.length).join() === channels.join();
  return sidecar !== undefined && sidecar.columns.length === header.length;
}

/** The metadata of the session in `folder`. Throws `METADATA_BROKEN`, `METADATA_NEWER`, `STORAGE_*`. */
export async function readMetadata(files: FileSystem, folder: string, sessionId: string): Promise<SessionMetadata> {
  const parsed = parseMetadata(await metadataText(files, folder, sessionId));
  if (parsed.kind === "broken")
    throw new SessionError("METADATA_BROKEN", { session: sessionId, reason: parsed.reason });
  if (parsed.value !== undefined) return parsed.value;
  throw new SessionError("METADATA_NEWER", {
    session: sessionId,
    found: parsed.kind === "newer" ? parsed.found : 0,
    known: 1,
  });
}

async function metadataText(files: FileSystem, folder: string, sessionId: string): Promise<string> {
  try {
    return new TextDecoder().decode(await readWhole(files, joinPath(folder, METADATA_FILE)));
  } catch (cause) {
    if (isMissing(cause))
      throw new SessionError("METADATA_BROKEN", { session: sessionId, reason: "there is no metadata file" }, cause);
    throw cause;
  }
}

/** The sidecar of a data file; undefined when there is none that can be read. */
async function readSidecar(files: FileSystem, folder: string, path: string): Promise<Sidecar | undefined> {
  const at = joinPath(folder, sidecarFile(path));
  if ((await files.facts(at)) === undefined) return undefined;
  const parsed = parseSidecar(new TextDecoder().decode(await readWhole(files, at)));
  return parsed.kind === "broken" ? undefined : parsed.value;
}
