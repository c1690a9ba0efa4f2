import { fileOfId, isAwaited, receivedEntry } from "../format/announced-file.js";
import { finishedFile, joinPath } from "../format/layout.js";
import type { FileEntry } from "../format/metadata.js";
import { SessionError, SessionImmutableError, type JsonObject } from "../model/index.js";
import { AttachmentWriter } from "./attachment-writer.js";
import type { FileNames } from "./file-names.js";
import type { AnnouncedFile, AwaitedFile, RefusedAnnouncement } from "./file-requests.js";
import type { FileSystem } from "./files.js";
import { moveAside } from "./repair/set-aside.js";
import { SessionAnnouncements } from "./session-announcements.js";
import type { SessionDevices } from "./session-devices.js";
import type { SessionJournal } from "./session-journal.js";
import type { FaultPlace } from "./session-notes.js";
import type { UploadDescriber } from "./upload-describer.js";

/** What the uploads of a session need of the world. */
export interface UploadsPorts {
  readonly files: FileSystem;
  /** The session's folder. */
  readonly folder: string;
  /** The names that are taken in the session. */
  readonly names: FileNames;
  readonly describer: UploadDescriber;
  /** Both must not throw. */
  readonly onFault: (error: unknown, place: FaultPlace) => void;
  /** One file fewer is awaited. */
  readonly onStored: () => void;
}

/** One announced file, and whose. */
interface Announced {
  readonly deviceId: string;
  readonly entry: FileEntry;
}

/** Files that the devices of an open session hold: announced, awaited, received. */
export class SessionUploads {
  readonly #ports: UploadsPorts;
  readonly #journal: SessionJournal;
  readonly #devices: SessionDevices;
  readonly #announcements: SessionAnnouncements;
  /** Both by the path that the metadata have while the file is awaited. */
  readonly #intakes = new Map<string, AttachmentWriter>();
  readonly #foundBytes = new Map<string, number>();
  /** Announcing and opening happen one after the other: what is new is decided by what is on the disk. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(ports: UploadsPorts, journal: SessionJournal, devices: SessionDevices) {
    this.#ports = ports;
    this.#journal = journal;
    this.#devices = devices;
    const drop = (entry: FileEntry): Promise<void> => this.#drop(entry);
    this.#announcements = new SessionAnnouncements({ ...ports, drop }, journal, devices);
  }

  /** Files announced and not here yet. */
  get awaited(): readonly AwaitedFile[] {
    return Object.entries(this.#journal.metadata.files).flatMap(([deviceId, entries]) =>
      entries.filter(isAwaited).map((entry) => this.#awaitedFile({ deviceId, entry })),
    );
  }

  /** Looks how far an earlier run of the hub had come. Throws `STORAGE_*`. */
  async look(): Promise<void> {
    const { files, folder } = this.#ports;
    for (const entry of Object.values(this.#journal.metadata.files).flat().filter(isAwaited)) {
      const facts = await files.facts(joinPath(folder, entry.file_path));
      if (facts !== undefined) this.#foundBytes.set(entry.file_path, facts.sizeBytes);
    }
  }

  /**
   * Registers what a device holds; told again it adds only what is new, and what is not here yet and has changed begins again
   * under its name. Returns what cannot be taken. Throws `SESSION_DEVICE_UNKNOWN`, `SESSION_INVALID_STATE` (also for a
   * recording that never was), `SESSION_IMMUTABLE`, `STORAGE_*`.
   */
  announce(
    deviceId: string,
    recording: number,
    announced: readonly AnnouncedFile[],
  ): Promise<readonly RefusedAnnouncement[]> {
    return this.#inTurn(() => {
      this.#requireOpen("announce_files");
      return this.#announcements.announce(deviceId, recording, announced);
    });
  }

  /**
   * The intake of an announced file, the same for everybody; undefined when the file is here, whole and checked. Throws
   * `UPLOAD_UNKNOWN_FILE`, `SESSION_*`, `STORAGE_*`.
   */
  async receive(deviceId: string, fileId: string): Promise<AttachmentWriter | undefined> {
    const intake = await this.#inTurn(async () => {
      this.#requireOpen("receive");
      const entry = this.#find(deviceId, fileId);
      if (entry === undefined) {
        const session = this.#journal.id;
        throw new SessionError("UPLOAD_UNKNOWN_FILE", { device: deviceId, file: fileId.slice(0, 80), session });
      }
      return entry.complete ? undefined : this.#open({ deviceId, entry });
    });
    await intake?.settle();
    return intake?.isStored === true ? undefined : intake;
  }

  /** Nothing is received any more; what came is kept. Throws `STORAGE_*`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turn;
    for (const intake of this.#intakes.values()) await intake.close();
    this.#intakes.clear();
  }

  #requireOpen(command: string): void {
    this.#journal.requireTakes("file", command);
    // Being sealed: the state follows in a moment.
    if (this.#isClosed) throw new SessionImmutableError({ session: this.#journal.id, command });
  }

  /** Of several files under one id it is the one that is still to come. */
  #find(deviceId: string, fileId: string): FileEntry | undefined {
    return fileOfId(this.#journal.metadata.files[deviceId] ?? [], fileId);
  }

  /** Whatever came of a file that is not the announced one any more is set aside. */
  async #drop({ file_path: path }: FileEntry): Promise<void> {
    const { files, folder } = this.#ports;
    await this.#intakes.get(path)?.close();
    this.#intakes.delete(path);
    this.#foundBytes.delete(path);
    if ((await files.facts(joinPath(folder, path))) !== undefined) await moveAside(files, folder, path);
  }

  async #open(announced: Announced): Promise<AttachmentWriter> {
    const { deviceId, entry } = announced;
    const known = this.#intakes.get(entry.file_path);
    if (known !== undefined) return known;
    const { files, folder, onFault } = this.#ports;
    const final = receivedEntry(entry).file_path;
    const intake = await AttachmentWriter.open({
      files,
      file: this.#awaitedFile(announced),
      path: joinPath(folder, final),
      requireOpen: () => this.#requireOpen("receive"),
      setAside: async (path) => void (await moveAside(files, folder, path.slice(folder.length + 1))),
      register: () => this.#register(announced),
      onFault: (error) => onFault(error, { operation: "receive", target: final, device: deviceId }),
    });
    this.#intakes.set(entry.file_path, intake);
    return intake;
  }

  async #register({ deviceId, entry }: Announced): Promise<void> {
    const device = this.#devices.require(deviceId);
    const mine = this.#journal.metadata.files[deviceId] ?? [];
    const clock = mine.find(({ file_type, recording }) => file_type === "clock" && recording === entry.recording);
    const sent = { deviceId, device, entry: receivedEntry(entry), observationsFile: clock?.file_path ?? null };
    const stored = await this.#ports.describer.describe(sent);
    await this.#journal.append({ event: "file_received", details: { device: deviceId, entry: stored as JsonObject } });
    this.#intakes.delete(entry.file_path);
    this.#ports.onStored();
  }

  #awaitedFile({ deviceId, entry }: Announced): AwaitedFile {
    const { file_path: path, file_id: fileId = "", file_type: fileType, recording } = entry;
    const receivedBytes = this.#intakes.get(path)?.receivedBytes ?? this.#foundBytes.get(path) ?? 0;
    return {
      ...{ deviceId, fileId, fileType, receivedBytes, recording: recording ?? 0 },
      path: finishedFile(path) ?? path,
      sizeBytes: entry.file_size,
      sha256: entry.sha256 ?? "",
    };
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#turn.then(work);
    // The caller hears of a failure; what comes next runs all the same.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
