import { announcedEntry, announcedPath, requireLegalFile } from "../format/announced-file.js";
import { folderOf, unfinishedFile } from "../format/layout.js";
import type { FileEntry, RecordingEntry } from "../format/metadata.js";
import { InvalidStateError, SessionError, type JsonObject } from "../model/index.js";
import type { FileNames } from "./file-names.js";
import type { AnnouncedFile, RefusedAnnouncement } from "./file-requests.js";
import { makeFolders, type FileSystem } from "./files.js";
import type { SessionDevices } from "./session-devices.js";
import type { SessionJournal } from "./session-journal.js";

/** What announcements need of the world. */
export interface AnnouncementsPorts {
  readonly files: FileSystem;
  /** The session's folder. */
  readonly folder: string;
  /** The names that are taken in the session. */
  readonly names: FileNames;
  /** Whatever came of a file that is not the announced one any more is set aside. Throws `STORAGE_*`. */
  drop(entry: FileEntry): Promise<void>;
}

/** What devices say of the files that they hold; one announcement at a time. */
export class SessionAnnouncements {
  readonly #ports: AnnouncementsPorts;
  readonly #journal: SessionJournal;
  readonly #devices: SessionDevices;

  constructor(ports: AnnouncementsPorts, journal: SessionJournal, devices: SessionDevices) {
    this.#ports = ports;
    this.#journal = journal;
    this.#devices = devices;
  }

  /**
   * Registers what is new, in log and metadata; what is not here yet and has changed on the device begins again under its
   * name. Returns what cannot be taken. Throws `SESSION_DEVICE_UNKNOWN`, `SESSION_INVALID_STATE` (a recording that never
   * was), `STORAGE_*`.
   */
  async announce(
    deviceId: string,
    recording: number,
    announced: readonly AnnouncedFile[],
  ): Promise<readonly RefusedAnnouncement[]> {
    this.#devices.require(deviceId);
    const place = { deviceId, run: this.#requireRecording(recording), claimed: [] };
    const taken = new Map<string, FileEntry>();
    const refused: RefusedAnnouncement[] = [];
    try {
      for (const file of announced) {
        const outcome = await this.#entry(place, file, [...taken.values()]);
        if (outcome instanceof SessionError) refused.push({ fileId: file.fileId, error: outcome });
        else if (outcome !== undefined) taken.set(outcome.file_path, outcome);
      }
      const details = { device: deviceId, recording, files: [...taken.values()] as JsonObject[] };
      if (taken.size > 0) await this.#journal.append({ event: "device_ack", details });
      return refused;
    } catch (error) {
      this.#ports.names.release(place.claimed);
      throw error;
    }
  }

  /** Undefined for what is known already, an error for what cannot be taken. */
  async #entry(
    { deviceId, run, claimed }: AnnouncedPlace,
    file: AnnouncedFile,
    fresh: readonly FileEntry[],
  ): Promise<FileEntry | SessionError | undefined> {
    const fault = faultOf(file);
    if (fault !== undefined) return fault;
    const registered = this.#journal.metadata.files[deviceId] ?? [];
    const known = [...registered, ...fresh].filter((entry) => entry.file_id === file.fileId);
    if (known.some((entry) => isSame(entry, file))) return undefined;
    const awaited = known.find((entry) => !entry.complete);
    if (awaited !== undefined && awaited.recording !== run.number) {
      const params = { device: deviceId, file: file.fileId, recording: run.number, other: awaited.recording ?? 0 };
      return new SessionError("FILE_ID_TAKEN", params);
    }
    const path = awaited?.file_path ?? (await this.#newPath(deviceId, run, file));
    if (awaited === undefined) claimed.push(path);
    else await this.#ports.drop(awaited);
    return announcedEntry(file, { path, created: run.start_time, recording: run.number });
  }

  async #newPath(deviceId: string, { stamp }: RecordingEntry, file: AnnouncedFile): Promise<string> {
    const { files, folder, names } = this.#ports;
    const device = { deviceId, deviceType: this.#devices.require(deviceId).device_type };
    const pathOf = (part: number): string => announcedPath(device, file, stamp, part);
    // First whatever may fail: a name that was taken for nothing would be left out.
    await makeFolders(files, folder, folderOf(pathOf(1)));
    return unfinishedFile(pathOf(names.claim((part) => [pathOf(part)])));
  }

  #requireRecording(number: number): RecordingEntry {
    const entry = this.#journal.metadata.recordings.find((recording) => recording.number === number);
    if (entry !== undefined) return entry;
    const { id: session, state } = this.#journal;
    const hint = `Name a recording of this session; it has no recording ${number}.`;
    throw new InvalidStateError({ session, state, command: "announce_files", hint });
  }
}

/** What an announcement belongs to. */
interface AnnouncedPlace {
  readonly deviceId: string;
  readonly run: RecordingEntry;
  /** Gets the names that are new. */
  readonly claimed: string[];
}

function faultOf(file: AnnouncedFile): SessionError | undefined {
  try {
    requireLegalFile(file);
    return undefined;
  } catch (error) {
    if (error instanceof SessionError) return error;
    throw error;
  }
}

/** A file is known by its content: one that is here stays, and another one under its id is a further file. */
function isSame(known: FileEntry, { sha256, sizeBytes }: AnnouncedFile): boolean {
  return known.sha256 === sha256 && known.file_size === sizeBytes;
}
