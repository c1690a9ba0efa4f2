import type { HubSnapshot } from "@polychron/protocol";
import type { Timers } from "@polychron/session/model";

const AFTER_CHANGE_MS = 40;
const STEADY_MS = 500;

/** Pushes the whole snapshot: soon after a change, and steadily for what moves by itself (rates, counts). */
export class SnapshotPump {
  readonly #make: (revision: number) => HubSnapshot;
  readonly #timers: Timers;
  readonly #listeners = new Set<(value: HubSnapshot) => void>();
  #revision = 0;
  #cancelTimer = (): void => undefined;
  #isSoon = false;
  #isStopped = false;

  constructor(make: (revision: number) => HubSnapshot, timers: Timers) {
    this.#make = make;
    this.#timers = timers;
  }

  start(): void {
    this.#schedule(STEADY_MS, false);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
    this.#listeners.clear();
  }

  now(): HubSnapshot {
    this.#revision += 1;
    return this.#make(this.#revision);
  }

  onSnapshot(listener: (value: HubSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something an operator waits to see has changed. */
  readonly changed = (): void => {
    if (!this.#isSoon) this.#schedule(AFTER_CHANGE_MS, true);
  };

  #schedule(ms: number, isSoon: boolean): void {
    if (this.#isStopped) return;
    this.#cancelTimer();
    this.#isSoon = isSoon;
    this.#cancelTimer = this.#timers.after(ms, () => this.#push());
  }

  #push(): void {
    if (this.#listeners.size > 0) {
      const value = this.now();
      for (const listener of this.#listeners) listener(value);
    }
    this.#schedule(STEADY_MS, false);
  }
}
