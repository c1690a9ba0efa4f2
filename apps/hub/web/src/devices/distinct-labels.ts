import type { DeviceView } from "@polychron/protocol";

/**
 * The devices with labels that tell them apart: the name that a phone was given when it was paired stands before its model,
 * and where two are still called the same each carries its id.
 */
export function withDistinctLabels(devices: readonly DeviceView[]): readonly DeviceView[] {
  const called = devices.map((device) => ({ ...device, label: labelWithName(device) }));
  const counts = new Map<string, number>();
  for (const { label } of called) counts.set(label, (counts.get(label) ?? 0) + 1);
  return called.map((device) =>
    counts.get(device.label) === 1 ? device : { ...device, label: `${device.label} (${device.id})` },
  );
}

function labelWithName({ name = "", label }: DeviceView): string {
  const given = name.trim();
  return given === "" || given === label ? label : `${given} (${label})`;
}
