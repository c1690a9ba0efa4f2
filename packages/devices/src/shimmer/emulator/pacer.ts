import type { Timers } from "../../timing.js";
import type { Agenda } from "./agenda.js";
import type { Outlet } from "./outlet.js";
import type { PacketSource } from "./packet-source.js";
import type { Uptime } from "./uptime.js";

/** Samples that are due within this time leave together, as from a radio; a late timer delays them, and loses none. */
const SHORTEST_WAIT_MS = 10;

/** A stream on its way: where its packets come from, and from which reading on they are sent. */
export interface RunningStream {
  readonly source: PacketSource;
  /** Samples before this reading are made but skipped, as current firmware does after a start. */
  readonly sentFromTicks: number;
}

/** Does what is due by the device's own counter, samples and faults in their order, and sleeps until the next. */
export class Pacer {
  readonly #uptime: Uptime;
  readonly #agenda: Agenda;
  readonly #outlet: Outlet;
  readonly #timers: Timers;
  #stream: RunningStream | undefined;
  #cancel: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: {
    readonly uptime: Uptime;
    readonly agenda: Agenda;
    readonly outlet: Outlet;
    readonly timers: Timers;
  }) {
    this.#uptime = parts.uptime;
    this.#agenda = parts.agenda;
    this.#outlet = parts.outlet;
    this.#timers = parts.timers;
  }

  begin(stream: RunningStream): void {
    this.#stream = stream;
    this.#sleep();
  }

  /** No more samples. */
  end(): void {
    this.#outlet.flush();
    this.#stream = undefined;
  }

  /** Does everything that is due now. */
  advance(): void {
    const now = this.#uptime.ticks;
    for (;;) {
      const sampleTicks = this.#stream?.source.nextTicks ?? Number.POSITIVE_INFINITY;
      const isFault = this.#agenda.nextTicks <= sampleTicks;
      if (Math.min(sampleTicks, this.#agenda.nextTicks) > now) break;
      if (isFault) this.#runFault(now);
      else this.#makeSample(this.#stream!);
    }
    this.#outlet.flush();
    this.#sleep();
  }

  /** The agenda or the counter changed: the next wake may be earlier. */
  readonly nudge = (): void => this.#sleep();

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  /** What was made before it has left before it. */
  #runFault(now: number): void {
    this.#outlet.flush();
    this.#agenda.runNext(now);
  }

  #makeSample({ source, sentFromTicks }: RunningStream): void {
    const packet = source.make();
    if (packet.ticks >= sentFromTicks) this.#outlet.put(packet);
  }

  #sleep(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const nextTicks = Math.min(this.#stream?.source.nextTicks ?? Number.POSITIVE_INFINITY, this.#agenda.nextTicks);
    if (this.#isClosed || !Number.isFinite(nextTicks)) return;
    const delayMs = Math.max(SHORTEST_WAIT_MS, Math.ceil(this.#uptime.msUntil(nextTicks)));
    this.#cancel = this.#timers.after(delayMs, () => this.advance());
  }
}
