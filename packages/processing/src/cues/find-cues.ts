import { createHash } from "node:crypto";
import { CUE_REPORT_VERSION, CUES_FILE, joinPath, type CueReport, type CueRow } from "@polychron/session/format";
import { replaceFile, SessionReader, type FileSystem, type StreamFile } from "@polychron/session/store";
import { streamTimes } from "@polychron/sync";
import { surveyClock, surveyStream, type DeviceClock } from "../timed/index.js";
import { windowOf, type ActWindow } from "./act-window.js";
import { readFrameTimes } from "./frame-times.js";
import { loggedAct } from "./logged-acts.js";
import { ownMedia, videoOf, type OwnMedia } from "./media-of.js";
import { statedBoundS, summarise } from "./residuals.js";
import { searchSound, searchVideo } from "./search-media.js";
import { accelerometersOf, searchMotion } from "./search-motion.js";

/** What the search needs beside the session. */
export interface CueSearchOptions {
  /** The program that decodes video and sound. */
  readonly ffmpeg: string;
  readonly software: { readonly name: string; readonly version: string };
  readonly signal: AbortSignal;
}

/** A session on the disk. */
export interface CuePlace {
  readonly recordingsFolder: string;
  readonly sessionId: string;
}

/** The name under which the metadata's `post_processing` lists this step. */
export const CUES_PROCESSOR = "cues";

/** What a search came to. */
export interface CueSearchResult {
  readonly report: CueReport;
  /** `cues.json` as it was written; null for a session without cues, which gets none. */
  readonly file: { readonly path: string; readonly sha256: string } | null;
}

/**
 * Looks for every cue of a session in every stream that can have felt, seen or heard it, and writes `cues.json`. Throws
 * `SESSION_NOT_FOUND`, `METADATA_*`, `STORAGE_*`, `PROCESSING_PROGRAM_MISSING`, and the signal's reason.
 */
export async function findCues(
  files: FileSystem,
  place: CuePlace,
  options: CueSearchOptions,
): Promise<CueSearchResult> {
  const reader = await SessionReader.open(files, place.recordingsFolder, place.sessionId);
  const windows: ActWindow[] = [];
  for await (const event of reader.events()) {
    const act = loggedAct(event);
    if (act !== undefined) windows.push(windowOf(act));
  }
  const rows = windows.length === 0 ? [] : await new SessionSearch(reader, windows, options).rows();
  const report: CueReport = {
    schema_version: CUE_REPORT_VERSION,
    session_id: reader.id,
    software: { ...options.software },
    cues: rows,
    streams: summarise(rows),
  };
  if (windows.length === 0) return { report, file: null };
  const bytes = new TextEncoder().encode(`${JSON.stringify(report, null, 2)}\n`);
  await replaceFile(files, joinPath(reader.folder, CUES_FILE), bytes);
  return { report, file: { path: CUES_FILE, sha256: createHash("sha256").update(bytes).digest("hex") } };
}

class SessionSearch {
  readonly #reader: SessionReader;
  readonly #windows: readonly ActWindow[];
  readonly #options: CueSearchOptions;
  /** Streams come device by device: one clock is enough, and its fit grows with the session. */
  #known: { readonly deviceId: string; readonly clock: DeviceClock | undefined } | undefined;

  constructor(reader: SessionReader, windows: readonly ActWindow[], options: CueSearchOptions) {
    this.#reader = reader;
    this.#windows = windows;
    this.#options = options;
  }

  /** By device and stream, then by time. */
  async rows(): Promise<CueRow[]> {
    const rows: CueRow[] = [];
    for (const file of await this.#reader.streams())
      rows.push(...(file.frames ? await this.#video(file) : await this.#motion(file)));
    for (const media of ownMedia(this.#reader.metadata)) rows.push(...(await this.#own(media)));
    return rows;
  }

  async #motion(file: StreamFile): Promise<CueRow[]> {
    const windows = this.#windows.filter(({ act }) => act.kind === "tap" && act.maker === file.deviceId);
    const accelerometers = accelerometersOf(file.channels);
    if (windows.length === 0 || accelerometers.length === 0) return [];
    const timeline = await this.#timeline(file);
    const rows: CueRow[] = [];
    for (const accelerometer of accelerometers) {
      const name = accelerometers.length === 1 ? file.fileType : `${file.fileType}/${accelerometer.name}`;
      const stream = { device: file.deviceId, stream: name, boundS: statedBoundS(timeline) };
      const blocks = this.#reader.blocks(file);
      rows.push(...(await searchMotion({ stream, accelerometer, timeline, blocks }, windows)));
    }
    return rows;
  }

  /** A video of the hub, part by part: each part has a file of its own. */
  async #video(file: StreamFile): Promise<CueRow[]> {
    const windows = this.#of("flash");
    if (windows.length === 0) return [];
    const timeline = await this.#timeline(file);
    const stream = { device: file.deviceId, stream: file.fileType, boundS: statedBoundS(timeline) };
    const rows: CueRow[] = [];
    for (const part of file.parts) {
      const video = videoOf(this.#reader.metadata, part);
      if (video === undefined) continue;
      const source = this.#source(video.file_path);
      const frameTimesS = (): Promise<Float64Array> => this.#frameTimes({ ...file, parts: [part] }, timeline);
      rows.push(...(await searchVideo({ source, stream, frameTimesS }, windows)));
    }
    return rows;
  }

  async #frameTimes(file: StreamFile, timeline: DeviceClock["timeline"]): Promise<Float64Array> {
    const timesS: number[] = [];
    const toSessionS = streamTimes(timeline);
    for await (const block of this.#reader.blocks(file))
      for (let row = 0; row < block.count; row++)
        timesS.push(toSessionS(block.deviceTimeS[row]!, block.arrivalS[row]!));
    return Float64Array.from(timesS);
  }

  /** What a device recorded on itself lies on its own clock, and goes on from its first sample or frame at the file's own pace. */
  async #own({ deviceId, path, fileType, kind, firstDeviceS }: OwnMedia): Promise<CueRow[]> {
    const windows = this.#of(kind === "video" ? "flash" : "chirp");
    const clock = await this.#clock(deviceId);
    if (windows.length === 0 || clock === undefined) return [];
    const { timeline } = clock;
    const stream = { device: deviceId, stream: fileType, boundS: statedBoundS(timeline) };
    const toSessionS = (fileS: number): number => timeline.toSessionS(firstDeviceS + fileS, Number.NaN);
    const source = this.#source(path);
    if (kind === "sound") return searchSound({ source, stream, toSessionS }, windows);
    const frameTimesS = async (): Promise<Float64Array> => (await readFrameTimes(source)).map(toSessionS);
    return searchVideo({ source, stream, frameTimesS }, windows);
  }

  async #timeline(file: StreamFile): Promise<DeviceClock["timeline"]> {
    const { signal } = this.#options;
    return (await surveyStream(this.#reader, file, await this.#clock(file.deviceId), signal)).timeline;
  }

  async #clock(deviceId: string): Promise<DeviceClock | undefined> {
    if (this.#known?.deviceId !== deviceId) {
      this.#known = undefined;
      this.#known = { deviceId, clock: await surveyClock(this.#reader, deviceId) };
    }
    return this.#known.clock;
  }

  #of(kind: "flash" | "chirp"): ActWindow[] {
    return this.#windows.filter(({ act }) => act.kind === kind);
  }

  #source(path: string): { readonly ffmpeg: string; readonly path: string; readonly signal: AbortSignal } {
    const { ffmpeg, signal } = this.#options;
    return { ffmpeg, signal, path: joinPath(this.#reader.folder, path) };
  }
}
