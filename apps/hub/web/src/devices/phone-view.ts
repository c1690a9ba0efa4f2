import type { DeviceView } from "@polychron/protocol";
import type { Json, JsonObject } from "@polychron/session/model";
import type { Catalogue } from "../catalogue/choose.js";
import { bytesText } from "../format.js";
import type { TraceBook } from "../trace/trace-book.js";

/** The device family of phones. */
export const PHONE_FAMILY = "phone";

/** From here on the operator should do something. */
const LOW_BATTERY_PERCENT = 15;
const LOW_STORAGE_BYTES = 2e9;
const HOT_CELSIUS = 45;
const WEAK_WIFI_PERCENT = 30;
const WEAK_WIFI_DBM = -80;

/** One thing that a phone says of itself. */
export interface PhoneFact {
  readonly key: string;
  readonly text: string;
  /** Worth acting upon. */
  readonly isPressing: boolean;
}

/** What an operator wants to know of a phone at any time; of the rest only what is pressing. */
const AT_A_GLANCE: ReadonlySet<string> = new Set(["silent", "battery", "storage", "temperature", "wifi", "cellular"]);

/** Whether a fact belongs to what is seen at once. */
export function isAtAGlance({ key, isPressing }: PhoneFact): boolean {
  return isPressing || AT_A_GLANCE.has(key);
}

/** A phone that is not connected records on by itself. */
export function isAway({ family, phase }: DeviceView): boolean {
  return family === PHONE_FAMILY && phase === "lost";
}

/** What a device complains of; that a phone is away is shown in a calmer way. */
export function shownError(device: DeviceView): DeviceView["error"] {
  return isAway(device) && device.error?.code === "PHONE_AWAY" ? null : device.error;
}

/** How a phone is, as far as it says so. */
export function phoneFacts({ status, battery_percent: percent }: DeviceView, texts: Catalogue): PhoneFact[] {
  if (status === null) return [{ key: "silent", text: texts.phones.silent, isPressing: false }];
  const facts = [
    battery(status, percent, texts),
    storage(status, texts),
    temperature(status, texts),
    wifi(status, texts),
    cellular(status, texts),
    mobileData(status, texts),
  ];
  return facts.filter((fact) => fact !== null);
}

function battery(status: JsonObject, known: number | null, { devices, phones }: Catalogue): PhoneFact | null {
  const percent = numberOf(status["battery_percent"]) ?? known;
  if (percent === null) return null;
  const isCharging = status["battery_charging"] === true;
  const charge = `${devices.battery} ${Math.round(percent)}\u00a0%`;
  return {
    key: "battery",
    text: isCharging ? `${charge}, ${phones.charging}` : charge,
    isPressing: percent < LOW_BATTERY_PERCENT && !isCharging,
  };
}

function storage(status: JsonObject, { phones }: Catalogue): PhoneFact | null {
  const free = numberOf(status["storage_free_bytes"]);
  return free === null
    ? null
    : { key: "storage", text: phones.storage(bytesText(free)), isPressing: free < LOW_STORAGE_BYTES };
}

function temperature(status: JsonObject, { phones }: Catalogue): PhoneFact | null {
  const celsius = numberOf(status["battery_temperature_celsius"]);
  return celsius === null
    ? null
    : { key: "temperature", text: phones.temperature(celsius.toFixed(0)), isPressing: celsius >= HOT_CELSIUS };
}

function wifi(status: JsonObject, { phones }: Catalogue): PhoneFact | null {
  const { wifi_name: name, wifi_dbm, wifi_quality_percent } = status;
  const dbm = numberOf(wifi_dbm);
  const percent = numberOf(wifi_quality_percent);
  if (typeof name !== "string" && dbm === null && percent === null)
    return name === null ? { key: "wifi", text: phones.wifiNone, isPressing: true } : null;
  const strengths = [dbm === null ? "" : phones.dbm(dbm), percent === null ? "" : `${Math.round(percent)}\u00a0%`];
  return {
    key: "wifi",
    text: phones.wifi(typeof name === "string" ? name : "", strengths.filter(Boolean).join(", ")),
    isPressing: percent === null ? (dbm ?? 0) < WEAK_WIFI_DBM : percent < WEAK_WIFI_PERCENT,
  };
}

function cellular(status: JsonObject, { phones }: Catalogue): PhoneFact | null {
  const networks: Readonly<Record<string, string>> = phones.networks;
  const type = status["cellular_type"];
  const network = typeof type === "string" ? networks[type] : undefined;
  if (network === undefined) return null;
  const dbm = numberOf(status["cellular_dbm"]);
  const strength = dbm === null ? "" : phones.dbm(dbm);
  return { key: "cellular", text: phones.cellular(network, strength), isPressing: false };
}

function mobileData(status: JsonObject, { phones }: Catalogue): PhoneFact | null {
  const used = numberOf(status["cellular_data_bytes"]);
  return used === null ? null : { key: "mobile_data", text: phones.used(bytesText(used)), isPressing: false };
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** Hub microseconds of the newest sample of a device that the page knows; null while none came. */
export function lastHeardUs(device: DeviceView, traces: TraceBook): number | null {
  const newest = device.streams.map(({ file_type: type }) => traces.find(device.id, type)?.newestUs ?? -Infinity);
  const latest = Math.max(-Infinity, ...newest);
  return Number.isFinite(latest) ? latest : null;
}
