import type { Marker } from "@polychron/session/model";

/** One column of an exported table. */
export interface TableColumn {
  /** `quantity_unit` in ASCII, as on disk. */
  readonly name: string;
  /** The unit as a person writes it; empty for a number without one. */
  readonly unit: string;
  readonly kind: "index" | "time" | "raw" | "calibrated";
  readonly description: string;
}

/** Consecutive rows of a table: n rows x m columns, one typed array (n long) per column. */
export interface TableRows {
  readonly count: number;
  readonly columns: readonly Float64Array[];
  /** Per column, 1 where the device sent no value (the column holds NaN there); undefined where every value is there. */
  readonly missing: readonly (Uint8Array | undefined)[];
}

/** One stream in one recording, with how its times were obtained. */
export interface TimedStream {
  /** Name without extension: `<device>_<file type>_<stamp>`. */
  readonly name: string;
  readonly deviceId: string;
  readonly fileType: string;
  /** Number of the recording inside the session; null where it is not known. */
  readonly recording: number | null;
  readonly simulated: boolean;
  /** As announced by the device, Hz; 0 = irregular. */
  readonly nominalRateHz: number;
  /** As measured on the session's time base, Hz; null below two samples. */
  readonly effectiveRateHz: number | null;
  readonly rowCount: number;
  /** How its times were obtained and how far they may be off (seconds; null where nothing tells). */
  readonly timeline: { readonly method: string; readonly boundS: number | null; readonly boundNote: string };
}

/** A stream as a table; `t_s` is its first column. */
export interface StreamTable extends TimedStream {
  readonly columns: readonly TableColumn[];
  /** All rows from the first, block by block; exactly `rowCount` of them. May be read again and again. */
  rows(): AsyncIterable<TableRows>;
}

/** A device as exports name it. */
export interface TimedDevice {
  readonly deviceId: string;
  readonly deviceType: string;
  readonly firmware: string;
  readonly simulated: boolean;
}

/** A marker with its wall-clock time (ISO 8601). */
export interface TimedMarker extends Marker {
  readonly timestamp: string;
}

/** What of a session is not whole, and why. */
export interface Incompleteness {
  /** What it concerns: a file's path inside the session, a stream, or the session. */
  readonly target: string;
  readonly reason: string;
}

/** A session as encoders read it: the same for a whole and a torn one. */
export interface TimedSession {
  readonly sessionId: string;
  /** Texts of the metadata that name the session: `session_name`, `start_time`, … in the order of export. */
  readonly facts: Readonly<Record<string, string>>;
  /** True if any device was emulated. */
  readonly simulated: boolean;
  readonly incomplete: readonly Incompleteness[];
  readonly devices: readonly TimedDevice[];
  /** Ordered by device, file type, then time. */
  readonly streams: readonly StreamTable[];
  readonly markers: readonly TimedMarker[];
}
