import type { TraceChunk } from "@polychron/protocol";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";

/** The live pictures of all devices as one feed for the pages. */
export class TraceFeed {
  readonly #registry: DeviceRegistry;
  readonly #listeners = new Set<(chunk: TraceChunk) => void>();
  readonly #leaves = new Map<string, () => void>();

  constructor(registry: DeviceRegistry) {
    this.#registry = registry;
    registry.onChange((device, change) => (change === "joined" ? this.#watch(device) : this.#unwatch(device)));
  }

  recent(): readonly TraceChunk[] {
    return this.#registry.devices.flatMap((device) => device.streams.flatMap((stream) => stream.trace.recent ?? []));
  }

  onTrace(listener: (chunk: TraceChunk) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The same thing may come back at another address: the newest connection is the one that is shown. */
  #watch(device: LiveDevice): void {
    this.#unwatch(device);
    const leave = device.listen({
      onBlock: (stream, block) => {
        const chunk = stream.trace.push(block);
        if (chunk !== undefined) for (const listener of this.#listeners) listener(chunk);
      },
      onNotice: () => undefined,
    });
    this.#leaves.set(device.id, leave);
  }

  #unwatch(device: LiveDevice): void {
    this.#leaves.get(device.id)?.();
    this.#leaves.delete(device.id);
  }
}
