import type { DeviceCoordination, SchedulePlan } from "../format/coordination.js";
import type { RecordingEntry, StreamCounts } from "../format/metadata.js";
import { InvalidStateError, stateHint, type JsonObject, type StreamInfo } from "../model/index.js";
import type { ClockKind, ClockWriter } from "./clock-writer.js";
import type { NewMedia } from "./file-requests.js";
import type { MediaPair } from "./media-files.js";
import { RecordingFiles, type ClosedFiles } from "./recording-files.js";
import type { DeviceFacts, RecordingFilesPorts } from "./recording-place.js";
import type { SessionDevices } from "./session-devices.js";
import type { SessionJournal } from "./session-journal.js";
import type { FinishedStream, StreamWriter } from "./stream-writer.js";

/** A recording to be started; `atUs` is the scheduled start in hub time. */
export interface RecordingStart {
  readonly atUs: number;
  readonly devices: readonly string[];
  /** Why it begins then. */
  readonly plan?: SchedulePlan;
  /** Further details for the `start_record` event. */
  readonly details?: JsonObject;
}

/** A recording to be stopped at a hub time. */
export interface RecordingStop {
  readonly atUs: number;
  /** The recorder's verdict per stream; `written` is corrected to what really is in the files. */
  readonly streams: readonly StreamCounts[];
  /** Why it ends then. */
  readonly plan?: SchedulePlan;
  /** How each device kept to start and stop. */
  readonly coordination?: readonly DeviceCoordination[];
  /** Further details for the `stop_record` event. */
  readonly details?: JsonObject;
}

/** A stream to be recorded. */
export interface NewStream {
  readonly deviceId: string;
  readonly info: StreamInfo;
  /** Driver name and version. */
  readonly driver: string;
  readonly firmware: string | null;
}

/** The recordings of an open session: one at a time, its files, its entry in log and metadata. */
export class SessionRecordings {
  readonly #ports: RecordingFilesPorts;
  readonly #journal: SessionJournal;
  readonly #devices: SessionDevices;
  #current: { readonly entry: RecordingEntry; readonly files: RecordingFiles } | undefined;

  constructor(ports: RecordingFilesPorts, journal: SessionJournal, devices: SessionDevices) {
    this.#ports = ports;
    this.#journal = journal;
    this.#devices = devices;
  }

  /** The start is on the disk when this resolves. Throws `SESSION_INVALID_STATE`, `SESSION_DEVICE_UNKNOWN`, `STORAGE_*`. */
  async start({ atUs, devices, plan, details }: RecordingStart): Promise<{ number: number; stamp: string }> {
    return this.#journal.command("start_recording", async () => {
      devices.forEach((device) => this.#devices.require(device));
      const entry = { ...this.#newEntry(atUs, devices), ...(plan && { start_plan: plan }) };
      const started = this.#journal.append({
        event: "start_record",
        details: { ...details, entry: entry as JsonObject },
      });
      await Promise.all([started, this.#journal.move("start_recording", { recording: entry.number })]);
      const { number, stamp, start_time: startTime } = entry;
      this.#current = { entry, files: new RecordingFiles(this.#ports, { number, stamp, startTime }) };
      return { number, stamp };
    });
  }

  /** A new file for a stream of the running recording. Throws `SESSION_INVALID_STATE`, `SESSION_DEVICE_UNKNOWN`, `NAME_INVALID`, `STORAGE_*`. */
  async openStream(stream: NewStream): Promise<StreamWriter> {
    const facts = this.#facts(stream);
    return this.#running("open_stream").files.openStream(stream.info, facts);
  }

  /**
   * A new video file and one for its frame times; a second one of the same device and type within one recording is its next
   * part. Throws `SESSION_INVALID_STATE`, `SESSION_DEVICE_UNKNOWN`, `NAME_INVALID`, `STORAGE_*`.
   */
  async openMedia(media: NewMedia): Promise<MediaPair> {
    const facts = this.#facts(media);
    return this.#running("open_media").files.openMedia(media, facts);
  }

  /** A new file for a device's clock observations. Throws `SESSION_INVALID_STATE`, `SESSION_DEVICE_UNKNOWN`, `NAME_INVALID`, `STORAGE_*`. */
  async openClockFile(deviceId: string, kind: ClockKind = "one_way"): Promise<ClockWriter> {
    const { device_type: deviceType } = this.#devices.require(deviceId);
    return this.#running("open_clock_file").files.openClockFile({ deviceId, deviceType }, kind);
  }

  /**
   * Closes every file, registers it, and writes the recording's end. Files are closed before the event, because the event
   * says what is in them; until then a crash finds a recording under way. Throws `SESSION_INVALID_STATE`, `STORAGE_*`.
   */
  async stop({ atUs, streams, plan, coordination, details }: RecordingStop): Promise<RecordingEntry> {
    return this.#journal.command("stop_recording", async () => {
      const { entry, files } = this.#running("stop_recording");
      const closed = await files.close();
      await this.#register(closed);
      const counts = finalCounts(streams, closed);
      // Who joined after the start was recorded as well.
      const devices = [...new Set([...entry.devices, ...counts.map((stream) => stream.device)])];
      const ended = {
        ...{ ...entry, ...this.#end(atUs), devices, streams: counts },
        ...(plan && { stop_plan: plan }),
        ...(coordination && { coordination: [...coordination] }),
      };
      const stopped = this.#journal.append({
        event: "stop_record",
        details: { ...details, entry: ended as JsonObject },
      });
      await Promise.all([stopped, this.#journal.move("stop_recording", { recording: entry.number })]);
      this.#current = undefined;
      return ended;
    });
  }

  /** Closes every file and says nothing: the session is left to be taken up again, or can no longer be written. */
  async abandon(): Promise<void> {
    await this.#current?.files.close();
    this.#current = undefined;
  }

  #facts({ deviceId, driver, firmware }: Omit<NewStream, "info">): DeviceFacts {
    const { device_type: deviceType, simulated } = this.#devices.require(deviceId);
    return { deviceId, deviceType, driver, firmware, simulated };
  }

  #newEntry(atUs: number, devices: readonly string[]): RecordingEntry {
    const { clock, metadata } = this.#journal;
    const number = Math.max(0, ...metadata.recordings.map((recording) => recording.number)) + 1;
    return {
      number,
      kind: "live",
      stamp: this.#freeStamp(atUs),
      start_time: clock.timestamp(atUs),
      stop_time: null,
      start_t_s: clock.tS(atUs),
      stop_t_s: null,
      devices: [...devices],
      streams: [],
    };
  }

  /** Two recordings within one second must not share file names. */
  #freeStamp(atUs: number): string {
    const { clock, metadata } = this.#journal;
    for (let us = atUs; ; us += 1e6) {
      const stamp = clock.nameStamp(us);
      if (metadata.recordings.every((recording) => recording.stamp !== stamp)) return stamp;
    }
  }

  #end(atUs: number): Pick<RecordingEntry, "stop_time" | "stop_t_s"> {
    return { stop_time: this.#journal.clock.timestamp(atUs), stop_t_s: this.#journal.clock.tS(atUs) };
  }

  async #register(closed: readonly ClosedFiles[]): Promise<void> {
    const events = closed.flatMap(({ deviceId, entries }) => {
      return entries.map((entry) => ({ device: deviceId, entry: entry as JsonObject }));
    });
    await Promise.all(events.map((details) => this.#journal.append({ event: "file_received", details })));
  }

  #running(command: string): { readonly entry: RecordingEntry; readonly files: RecordingFiles } {
    if (this.#current !== undefined) return this.#current;
    const { id: session, state } = this.#journal;
    throw new InvalidStateError({ session, state, command, hint: stateHint(state) });
  }
}

/** The verdicts with what really is in the files; a stream without a verdict gets its own counts. */
function finalCounts(verdicts: readonly StreamCounts[], closed: readonly ClosedFiles[]): StreamCounts[] {
  const streams = closed.flatMap(({ stream }) => (stream === undefined ? [] : [stream]));
  const isOf = (stream: FinishedStream, counts: StreamCounts): boolean =>
    stream.deviceId === counts.device && stream.info.fileType === counts.stream;
  const judged = verdicts.map((counts) => {
    const written = streams.filter((stream) => isOf(stream, counts)).reduce((sum, stream) => sum + stream.written, 0);
    return { ...counts, written };
  });
  const others = streams.filter((stream) => !verdicts.some((counts) => isOf(stream, counts)));
  return [...judged, ...others.map(ownCounts)];
}

function ownCounts({ deviceId, info, received, written, span }: FinishedStream): StreamCounts {
  return {
    device: deviceId,
    stream: info.fileType,
    expected: span === undefined ? 0 : span.lastSeq - span.firstSeq + 1,
    received,
    written,
    expected_extrapolated: 0,
    nominal:
      span === undefined ? 0 : Math.round((info.nominalRateHz * (span.lastArrivalUs - span.firstArrivalUs)) / 1e6),
    effective_rate_hz: null,
    start_skew_s: null,
  };
}
