import { announcedEntry, announcedPath, requireLegalFile } from "../format/announced-file.js";
import { folderOf, unfinishedFile } from "../format/layout.js";
import type { FileEntry, RecordingEntry } from "../format/metadata.js";
import { InvalidStateError, type JsonObject } from "../model/index.js";
import type { FileNames } from "./file-names.js";
import type { AnnouncedFile } from "./file-requests.js";
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
   * name. Throws `SESSION_DEVICE_UNKNOWN`, `SESSION_INVALID_STATE` (a recording that never was), `NAME_INVALID`, `STORAGE_*`.
   */
  async announce(deviceId: string, recording: number, announced: readonly AnnouncedFile[]): Promise<void> {
    announced.forEach(requireLegalFile);
    this.#devices.require(deviceId);
    const run = this.#requireRecording(recording);
    const claimed: string[] = [];
    try {
      const files = await this.#entries(deviceId, run, { announced, claimed });
      if (files.length === 0) return;
      const details = { device: deviceId, recording, files: files as JsonObject[] };
      await this.#journal.append({ event: "device_ack", details });
    } catch (error) {
      this.#ports.names.release(claimed);
      throw error;
    }
  }

  /** `claimed` gets the names that are new. */
  async #entries(
    deviceId: string,
    recording: RecordingEntry,
    { announced, claimed }: { readonly announced: readonly AnnouncedFile[]; readonly claimed: string[] },
  ): Promise<FileEntry[]> {
    const entries = new Map<string, FileEntry>();
    const registered = this.#journal.metadata.files[deviceId] ?? [];
    for (const file of announced) {
      const known = entries.get(file.fileId) ?? registered.find((entry) => entry.file_id === file.fileId);
      if (known !== undefined && !isChanged(known, file)) continue;
      const path = known?.file_path ?? (await this.#newPath(deviceId, recording, file));
      if (known === undefined) claimed.push(path);
      else await this.#ports.drop(known);
      const place = { path, created: recording.start_time, recording: recording.number };
      entries.set(file.fileId, announcedEntry(file, place));
    }
    return [...entries.values()];
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

/** What is here already stays as it is, whatever the device says of it now. */
function isChanged(known: FileEntry, file: AnnouncedFile): boolean {
  return !known.complete && (known.sha256 !== file.sha256 || known.file_size !== file.sizeBytes);
}
