import { SessionError, type NewEvent, type SessionEvent, type Timers } from "../model/index.js";

/** How often an event that the disk would not take is tried again, and how many wait at most. */
const RETRY = { everyMs: 1_000, waitingMax: 1_000 } as const;

/** What events need of the world. */
export interface EventualPorts {
  readonly timers: Timers;
  append(event: NewEvent): Promise<SessionEvent>;
  /** Hears of an event that will never be in the log. Must not throw. */
  onLost(error: unknown): void;
}

/**
 * Events about the disk itself (faults, samples lost). While the disk takes nothing they wait in memory and are logged,
 * in order, as soon as there is room: a full disk must not hide its own message.
 */
export class EventualEvents {
  readonly #ports: EventualPorts;
  #waiting: NewEvent[] = [];
  #cancel: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(ports: EventualPorts) {
    this.#ports = ports;
  }

  /** `event.atUs` must be set: it may be written much later. Resolves when it is in the log, or waits for the disk. */
  say(event: NewEvent & { readonly atUs: number }): Promise<void> {
    if (this.#waiting.length < RETRY.waitingMax) this.#waiting.push(event);
    else
      this.#ports.onLost(
        new SessionError("STORAGE_WRITE_FAILED", {
          operation: "append",
          path: "log",
          errno: "",
          reason: `${RETRY.waitingMax} events wait already`,
        }),
      );
    return this.#drain();
  }

  /** The last try; what is still refused is lost and reported. */
  async close(): Promise<void> {
    await this.#drain();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #drain(): Promise<void> {
    this.#work = this.#work.then(() => this.#appendWaiting());
    return this.#work;
  }

  async #appendWaiting(): Promise<void> {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      try {
        await this.#ports.append(first);
      } catch (error) {
        if (isStorage(error)) return this.#retryLater();
        this.#ports.onLost(error);
      }
      this.#waiting.shift();
    }
  }

  #retryLater(): void {
    this.#cancel ??= this.#ports.timers.after(RETRY.everyMs, () => {
      this.#cancel = undefined;
      void this.#drain();
    });
  }
}

function isStorage(thrown: unknown): boolean {
  return thrown instanceof SessionError && thrown.code.startsWith("STORAGE_");
}
