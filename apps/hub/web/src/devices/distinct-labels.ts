import type { DeviceView } from "@polychron/protocol";

/** The devices with labels that tell them apart: of two phones of one model each carries its id. */
export function withDistinctLabels(devices: readonly DeviceView[]): readonly DeviceView[] {
  const counts = new Map<string, number>();
  for (const { label } of devices) counts.set(label, (counts.get(label) ?? 0) + 1);
  return devices.map((device) =>
    counts.get(device.label) === 1 ? device : { ...device, label: `${device.label} (${device.id})` },
  );
}
