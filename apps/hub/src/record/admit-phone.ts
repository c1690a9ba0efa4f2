import type { PhoneLink } from "@polychron/devices";
import type { DeviceRegistry } from "./device-registry.js";

/** The device family of phones. */
export const PHONE_FAMILY = "phone";

/** The device that a phone is: connected already, being connected right now by somebody else, or connected here; whether it streams is another matter. Throws as `DeviceRegistry.connect`. */
export async function admitPhone(registry: DeviceRegistry, { hardwareId, hello }: PhoneLink): Promise<string> {
  await registry.settled(hardwareId);
  const known = registry.devices.find(
    ({ candidate }) => candidate.family === PHONE_FAMILY && candidate.address === hardwareId,
  );
  if (known !== undefined) return known.id;
  const { model = hardwareId, simulated = false } = hello ?? {};
  registry.introduce({ family: PHONE_FAMILY, address: hardwareId, label: model, simulated });
  return (await registry.admit(PHONE_FAMILY, hardwareId)).id;
}
