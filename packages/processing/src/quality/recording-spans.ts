import type { RecordingEntry, SessionMetadata } from "@polychron/session/format";
import type { SessionReader, StreamFile } from "@polychron/session/store";
import { surveyClock, surveyStream, timedStream } from "../timed/index.js";
import type { RecordingSpan } from "./device-quality.js";

/**
 * The recordings on session time. One that a crash cut short ends with the longest of its streams: for that they are read
 * once more, one device after the other. Throws `STORAGE_*`, and the signal's reason.
 */
export async function recordingSpans(
  reader: SessionReader,
  files: readonly StreamFile[],
  signal: AbortSignal,
): Promise<RecordingSpan[]> {
  const { recordings } = reader.metadata;
  const open = recordings.filter(({ stop_t_s: stopS }) => stopS === null).map(({ number }) => number);
  const torn = files.filter(({ recording }) => recording !== undefined && open.includes(recording));
  const lengthsS = torn.length === 0 ? new Map<number, number>() : await longestOf(reader, torn, signal);
  return recordings.map(({ number, start_t_s: fromS, stop_t_s: stopS }) => ({
    ...{ number, fromS },
    toS: stopS ?? fromS + (lengthsS.get(number) ?? 0),
  }));
}

/** Those that name the device: at their start, by what was counted of it, or by how it kept to the start, be it never. */
export function recordingsOf(
  { recordings }: SessionMetadata,
  device: string,
  spans: readonly RecordingSpan[],
): RecordingSpan[] {
  const names = ({ devices, streams, coordination = [] }: RecordingEntry): boolean =>
    devices.includes(device) || [...streams, ...coordination].some((entry) => entry.device === device);
  const numbers = recordings.filter(names).map(({ number }) => number);
  return spans.filter(({ number }) => numbers.includes(number));
}

/** Per recording the length of its longest stream, seconds. */
async function longestOf(
  reader: SessionReader,
  files: readonly StreamFile[],
  signal: AbortSignal,
): Promise<Map<number, number>> {
  const lengthsS = new Map<number, number>();
  for (const deviceId of new Set(files.map((file) => file.deviceId))) {
    const clock = await surveyClock(reader, deviceId);
    for (const file of files.filter((each) => each.deviceId === deviceId)) {
      const survey = await surveyStream(reader, file, clock, signal);
      const { effectiveRateHz, rowCount } = timedStream(reader.metadata, { file, survey });
      const lengthS = effectiveRateHz === null ? 0 : (rowCount - 1) / effectiveRateHz;
      lengthsS.set(file.recording!, Math.max(lengthsS.get(file.recording!) ?? 0, lengthS));
    }
  }
  return lengthsS;
}
