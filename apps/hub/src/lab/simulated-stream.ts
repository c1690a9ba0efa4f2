/** One stream of the simulated session: the hub's counts beside the device's own. */
export interface SimulatedStream {
  readonly device: string;
  readonly stream: string;
  readonly expected: number;
  readonly received: number;
  readonly written: number;
  readonly lost: number;
  readonly lost_by_order: number;
  readonly lost_without_order: number;
  /** Periods in which the device made no sample, for it was not connected or off. */
  readonly not_made: number;
  /** Samples of the recording that came afterwards, as a file of the device. */
  readonly filled_later: number;
  readonly gaps_logged: number;
  readonly values_compared: number;
  readonly samples_altered: number;
  readonly samples_invented: number;
  readonly ok: boolean;
}

/** One file that an emulated phone recorded by itself, there and here. */
export interface SimulatedUpload {
  readonly device: string;
  readonly file_id: string;
  /** Where it lies in the session; null where it did not arrive. */
  readonly path: string | null;
  readonly sha256_on_phone: string;
  readonly sha256: string | null;
  readonly ok: boolean;
}

/** One video of a simulated camera: three counts of its frames. */
export interface SimulatedVideo {
  readonly device: string;
  readonly path: string;
  /** Pictures in the file, counted by ffprobe. */
  readonly packets: number;
  /** Lines with their times. */
  readonly rows: number;
  /** As the metadata say. */
  readonly frames: number;
  readonly ok: boolean;
}
