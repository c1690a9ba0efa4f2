import type { PhoneStatus } from "@polychron/protocol";

const STORAGE_BYTES = 128e9;

/** How an emulated phone is, apart from what it measures. */
export class PhoneCondition {
  isBatteryLow = false;
  isStorageFull = false;
  /** Its program rests: nothing is said or answered. */
  isAsleep = false;

  /** @param uptimeS since the phone was started */
  status(deviceTimeS: number, uptimeS: number): PhoneStatus {
    return {
      device_time_s: deviceTimeS,
      battery_percent: this.isBatteryLow ? 4 : Math.max(20, 91 - uptimeS / 600),
      battery_charging: false,
      battery_temperature_celsius: 29 + 4 * (1 - Math.exp(-uptimeS / 900)),
      storage_free_bytes: this.isStorageFull ? 0 : Math.round(41e9 - 250e3 * uptimeS),
      storage_total_bytes: STORAGE_BYTES,
      wifi_name: "lab",
      wifi_dbm: -52 + Math.round(3 * Math.sin(uptimeS / 7)),
      wifi_quality_percent: 96 + Math.round(3 * Math.sin(uptimeS / 7)),
      cellular_type: "none",
      cellular_dbm: null, // there is no signal where there is no network
      cellular_data_bytes: 0,
    };
  }
}
