import type { PreviewView } from "@polychron/protocol";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";

/** What all cameras see now, as one feed for the pages; nothing of it is kept. */
export class PreviewFeed {
  readonly #listeners = new Set<(picture: PreviewView) => void>();
  readonly #leaves = new Map<string, () => void>();

  constructor(registry: DeviceRegistry) {
    registry.onChange((device, change) => (change === "joined" ? this.#watch(device) : this.#unwatch(device.id)));
  }

  onPreview(listener: (picture: PreviewView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #watch(device: LiveDevice): void {
    this.#unwatch(device.id);
    const leave = device.listen({
      onBlock: () => undefined,
      onNotice: () => undefined,
      onPreview: ({ jpeg, atUs }) => {
        for (const listener of this.#listeners) listener({ device: device.id, at_us: atUs, jpeg });
      },
    });
    this.#leaves.set(device.id, leave);
  }

  #unwatch(id: string): void {
    this.#leaves.get(id)?.();
    this.#leaves.delete(id);
  }
}
