import type { PhoneStatus } from "@polychron/protocol";
import type { SampleBlock } from "@polychron/session/model";
import { statusRow, WifiNames } from "./status-row.js";

/** What may be said again after a reconnection: a minute of statuses, one a second. */
const KNOWN_STATUSES = 60;

/** Statuses as an irregular stream, numbered by the hub: the phone does not number them. */
export class StatusRows {
  /** Which network has which number, for as long as the phone is connected. */
  readonly wifi = new WifiNames();
  #nextSeq = 0;
  /** The times of the newest ones, seconds. */
  #knownS: number[] = [];

  /** One sample; undefined for a status that is known. An older time than the last is news: the phone's clock was set back. */
  row(fileType: string, status: PhoneStatus, atUs: number): SampleBlock | undefined {
    if (this.#knownS.includes(status.device_time_s)) return undefined;
    this.#knownS = [...this.#knownS.slice(1 - KNOWN_STATUSES), status.device_time_s];
    const values = statusRow(status, this.wifi);
    return {
      fileType,
      firstSeq: this.#nextSeq++,
      count: 1,
      deviceTimeS: Float64Array.of(status.device_time_s),
      arrivalUs: Float64Array.of(atUs),
      channels: values.map((value) => Float64Array.of(value ?? 0)),
      missing: values.map((value) => Uint8Array.of(value === null ? 1 : 0)),
    };
  }

  /** The phone's clock begins anew, and with it the numbers. */
  renew(): void {
    this.#nextSeq = 0;
    this.#knownS = [];
  }
}
