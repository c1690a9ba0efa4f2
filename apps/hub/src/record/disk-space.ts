import { SessionError, type Clock } from "@polychron/session/model";
import type { FileSystem } from "@polychron/session/store";
import { ServiceError } from "../errors.js";
import { FillRate, RESERVE_BYTES, shortage } from "./disk-forecast.js";

/** What watching a disk needs. */
export interface DiskSpacePorts {
  readonly files: FileSystem;
  readonly folder: string;
  readonly clock: Pick<Clock, "nowUs">;
  /** Whether anything is being recorded: only then does the present rate say when the disk is full. */
  isRecording(): boolean;
  /** Hears `STORAGE_LOW`, once until there is room again. */
  onLow(warning: ServiceError): void;
  /** Hears that the disk cannot be asked, once until it can. */
  onFault(thrown: unknown): void;
}

/** The room on the disk of the recordings folder, looked at now and then: asking costs, and it changes slowly. */
export class DiskSpace {
  readonly #ports: DiskSpacePorts;
  readonly #rate = new FillRate();
  #freeBytes: number | null = null;
  #isLow = false;
  #isFailing = false;

  constructor(ports: DiskSpacePorts) {
    this.#ports = ports;
  }

  /** As of the last look; null when the disk could not be asked. */
  get freeBytes(): number | null {
    return this.#freeBytes;
  }

  /** Never rejects. */
  readonly look = async (): Promise<void> => {
    const { files, folder } = this.#ports;
    try {
      const [freeBytes, totalBytes] = await Promise.all([files.freeBytes(folder), files.totalBytes(folder)]);
      this.#isFailing = false;
      this.#freeBytes = freeBytes;
      this.#judge(freeBytes, totalBytes);
    } catch (thrown) {
      this.#freeBytes = null;
      if (!this.#isFailing) this.#ports.onFault(thrown);
      this.#isFailing = true;
    }
  };

  /** Throws `STORAGE_FULL` below the reserve. A disk that cannot be asked is not a full one. */
  readonly requireRoom = async (): Promise<void> => {
    await this.look();
    if (this.#freeBytes === null || this.#freeBytes >= RESERVE_BYTES) return;
    const reason = `${megabytes(this.#freeBytes)} MB are left; a recording needs ${megabytes(RESERVE_BYTES)} MB to begin`;
    throw new SessionError("STORAGE_FULL", {
      operation: "start_recording",
      path: this.#ports.folder,
      errno: "",
      reason,
    });
  };

  #judge(freeBytes: number, totalBytes: number): void {
    if (!this.#ports.isRecording()) this.#rate.forget();
    const bytesPerS = this.#rate.after(this.#ports.clock.nowUs(), freeBytes);
    const left = shortage({ freeBytes, totalBytes, bytesPerS }, this.#isLow);
    if (left !== undefined && !this.#isLow)
      this.#ports.onLow(new ServiceError("STORAGE_LOW", { freeMegabytes: megabytes(freeBytes), left }));
    this.#isLow = left !== undefined;
  }
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1e6);
}
