import type { PhoneStatus } from "@polychron/protocol";
import type { SampleBlock } from "@polychron/session/model";
import { statusRow, WifiNames } from "./status-row.js";

/** Statuses as an irregular stream, numbered by the hub: the phone does not number them. */
export class StatusRows {
  readonly #wifi = new WifiNames();
  #nextSeq = 0;
  #lastS = Number.NEGATIVE_INFINITY;

  /** One sample; undefined for a status that is not newer than the last: it says nothing new. */
  row(fileType: string, status: PhoneStatus, atUs: number): SampleBlock | undefined {
    if (status.device_time_s <= this.#lastS) return undefined;
    this.#lastS = status.device_time_s;
    const values = statusRow(status, this.#wifi);
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
    this.#lastS = Number.NEGATIVE_INFINITY;
  }
}
