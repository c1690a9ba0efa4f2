import type { TraceChunk } from "@polychron/protocol";
import type { Timers } from "@polychron/session/model";
import type { DeviceRegistry } from "./device-registry.js";
import type { LiveDevice } from "./live-device.js";

/** One message a tenth of a second for all streams together: a message for each would cost more than what is in it. */
const SEND_EVERY_MS = 100;

/** The live pictures of all devices as one feed for the pages. */
export class TraceFeed {
  readonly #registry: DeviceRegistry;
  readonly #timers: Timers;
  readonly #listeners = new Set<(chunks: readonly TraceChunk[]) => void>();
  #gathered: TraceChunk[] = [];
  readonly #leaves = new Map<string, () => void>();

  constructor(registry: DeviceRegistry, timers: Timers) {
    this.#registry = registry;
    this.#timers = timers;
    registry.onChange((device, change) => (change === "joined" ? this.#watch(device) : this.#unwatch(device)));
  }

  recent(): readonly TraceChunk[] {
    return this.#registry.devices.flatMap((device) => device.streams.flatMap((stream) => stream.trace.recent ?? []));
  }

  onTraces(listener: (chunks: readonly TraceChunk[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The same thing may come back at another address: the newest connection is the one that is shown. */
  #watch(device: LiveDevice): void {
    this.#unwatch(device);
    const leave = device.listen({
      onBlock: (stream, block) => {
        stream.trace.push(block);
        if (this.#listeners.size === 0) return stream.trace.skip();
        const chunk = stream.trace.fresh();
        if (chunk !== undefined) this.#gather(chunk);
      },
      onNotice: () => undefined,
    });
    this.#leaves.set(device.id, leave);
  }

  #gather(chunk: TraceChunk): void {
    if (this.#gathered.push(chunk) === 1) this.#timers.after(SEND_EVERY_MS, () => this.#send());
  }

  #send(): void {
    const chunks = this.#gathered;
    this.#gathered = [];
    for (const listener of this.#listeners) listener(chunks);
  }

  #unwatch(device: LiveDevice): void {
    this.#leaves.get(device.id)?.();
    this.#leaves.delete(device.id);
  }
}
