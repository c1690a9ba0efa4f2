import { CUES_FILE, joinPath } from "@polychron/session/format";
import { isMissing, readWhole, type FileSystem, type SessionReader } from "@polychron/session/store";
import { declaredLosses, deviceIds, LOG_LOST, type Incompleteness } from "../timed/index.js";
import type { SessionFacts } from "./build-report.js";
import { cueResiduals, type ReadResiduals } from "./cue-residuals.js";
import type { DeviceFacts } from "./device-quality.js";
import { gatherDevice } from "./gather-device.js";
import { LogTally } from "./log-tally.js";
import { recordingSpans } from "./recording-spans.js";

/** What a report is made for and with. */
export interface GatherOptions {
  readonly software: { readonly name: string; readonly version: string };
  readonly signal: AbortSignal;
  /** How far the work is, from 0 to 1. */
  readonly onProgress?: (progress: number) => void;
}

/**
 * Reads all that a report says of a session from its tree, one device after the other: memory is that of the log's losses and
 * of one device's clock, not of all. Throws `STORAGE_*`, and the signal's reason.
 */
export async function gatherSession(
  files: FileSystem,
  reader: SessionReader,
  { software, signal, onProgress }: GatherOptions,
): Promise<SessionFacts> {
  const { metadata } = reader;
  const { log, isLost } = await readLog(reader);
  const streams = await reader.streams();
  const recordings = await recordingSpans(reader, streams, signal);
  const devices: DeviceFacts[] = [];
  const incomplete: Incompleteness[] = declaredLosses(metadata);
  const ids = deviceIds(metadata, streams);
  for (const deviceId of ids) {
    signal.throwIfAborted();
    const context = { deviceId, files: streams, log: log.facts(deviceId), recordings, signal };
    const gathered = await gatherDevice(reader, context);
    devices.push(gathered.facts);
    incomplete.push(...gathered.incomplete);
    onProgress?.(devices.length / ids.length);
  }
  if (isLost) incomplete.push(LOG_LOST);
  const cues = await readCues(files, reader.folder);
  if (cues.fault !== null) incomplete.push({ target: CUES_FILE, reason: cues.fault });
  return {
    ...{ metadata, software, devices, cues: cues.residuals },
    recordings: recordings.map(({ number, fromS, toS }) => ({ number, start_t_s: fromS, stop_t_s: toS })),
    incomplete,
  };
}

async function readLog(reader: SessionReader): Promise<{ readonly log: LogTally; readonly isLost: boolean }> {
  const log = new LogTally();
  let isLost = true;
  for await (const event of reader.events()) {
    log.take(event);
    isLost = false;
  }
  return { log, isLost };
}

async function readCues(files: FileSystem, folder: string): Promise<ReadResiduals> {
  try {
    return cueResiduals(new TextDecoder().decode(await readWhole(files, joinPath(folder, CUES_FILE))));
  } catch (thrown) {
    if (isMissing(thrown)) return { residuals: [], fault: null };
    throw thrown;
  }
}
