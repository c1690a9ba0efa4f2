import type { PhoneStatus } from "@polychron/protocol";
import type { ChannelInfo } from "@polychron/session/model";

type Value = number | null;

/** One column made of a status. */
interface StatusColumn {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly read: (status: PhoneStatus, wifi: WifiNames) => Value;
}

/** The column whose numbers stand for Wi-Fi networks. */
export const WIFI_CHANNEL = "wifi_name_id";

const GENERATIONS: Readonly<Record<string, number>> = { other: -1, none: 0, "2g": 2, "3g": 3, "4g": 4, "5g": 5 };

const COLUMNS: readonly StatusColumn[] = [
  column("battery_percent", "%", "Charge of the battery", (said) => said.battery_percent),
  column("battery_charging", "", "1 while the battery is being charged, else 0", ({ battery_charging: charging }) =>
    typeof charging === "boolean" ? Number(charging) : null,
  ),
  column("battery_temperature_celsius", "°C", "Temperature of the battery", (said) => said.battery_temperature_celsius),
  column("storage_free_bytes", "bytes", "Free storage", (said) => said.storage_free_bytes),
  column("storage_total_bytes", "bytes", "All storage", (said) => said.storage_total_bytes),
  column(
    WIFI_CHANNEL,
    "",
    "Number of the Wi-Fi network, in the order of appearance, from 1; wifi_networks of the device in the metadata names them",
    ({ wifi_name: name }, wifi) => (typeof name === "string" ? wifi.numberOf(name) : null),
  ),
  column("wifi_dbm", "dBm", "Strength of the Wi-Fi signal", (said) => said.wifi_dbm),
  column("wifi_quality_percent", "%", "The same as people see it", (said) => said.wifi_quality_percent),
  column(
    "cellular_generation",
    "",
    "Generation of the mobile network, 2 to 5; 0 = none, -1 = another",
    ({ cellular_type: type }) => GENERATIONS[type ?? ""],
  ),
  column("cellular_dbm", "dBm", "Strength of the mobile network's signal", (said) => said.cellular_dbm),
  column(
    "cellular_data_bytes",
    "bytes",
    "Sent and received over the mobile network since the phone started",
    (said) => said.cellular_data_bytes,
  ),
];

/** The columns of the stream of statuses. */
export const STATUS_CHANNELS: readonly ChannelInfo[] = COLUMNS.map(({ name, unit, description }) => {
  return { name, unit, kind: "calibrated", description };
});

/** So many networks have numbers; a phone that makes up names must not fill the memory. */
const NETWORKS_MAX = 200;

/** Gives each Wi-Fi network a number when it first appears, from 1 to 200; the ones after that have none. */
export class WifiNames {
  readonly #numbers = new Map<string, number>();

  numberOf(name: string): number | null {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#numbers.size === NETWORKS_MAX) return null;
    this.#numbers.set(name, this.#numbers.size + 1);
    return this.#numbers.size;
  }
}

/** The values of a status in the order of `STATUS_CHANNELS`; null where the phone does not know. */
export function statusRow(status: PhoneStatus, wifi: WifiNames): readonly Value[] {
  return COLUMNS.map(({ read }) => read(status, wifi));
}

function column(
  name: string,
  unit: string,
  description: string,
  read: (status: PhoneStatus, wifi: WifiNames) => number | null | undefined,
): StatusColumn {
  return { name, unit, description, read: (status, wifi) => read(status, wifi) ?? null };
}
