import type { MonotonicClock } from "@polychron/devices";
import type { ProbeReply } from "@polychron/protocol";
import type { Timers } from "@polychron/session/model";

/** What a prober needs of its connection. */
export interface ProbeParts {
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  /** Sends one question, now or never; returns the moment in which it was written, hub microseconds. */
  readonly send: (probe: { readonly id: number; readonly pad: string }) => number;
  /** Every question's outcome; undefined = no answer within the limit. */
  readonly onProbe: (reply: ProbeReply | undefined, t1Us: number, atUs: number) => void;
  /** Nobody is asked who is not here. */
  readonly isWanted: () => boolean;
}

/** How bursts follow each other in one stretch of a link's life. */
interface Stage {
  readonly untilMs: number;
  readonly exchanges: number;
  readonly spacingMs: number;
  readonly everyMs: number;
}

/**
 * Never single probes: a phone's radio dozes, and the access point holds the frame until the next beacon (102.4 ms); a burst
 * wakes it. At the start of a link more often, so that a recording can begin within seconds of a phone's arrival.
 */
const STAGES: readonly Stage[] = [
  { untilMs: 1_800, exchanges: 12, spacingMs: 15, everyMs: 300 },
  { untilMs: 15_000, exchanges: 8, spacingMs: 20, everyMs: 1_000 },
  { untilMs: Number.POSITIVE_INFINITY, exchanges: 8, spacingMs: 20, everyMs: 2_500 },
];
const ANSWER_WITHIN_MS = 1_000;
/**
 * As long as what an answer holds beyond a question's fields, its longer name included: both ways take the same time on the
 * air. Two times of at most 18 characters and the longest id of a clock fit.
 */
const PAD = ".".repeat(140);

/** Asks one phone's clock in bursts and pairs each question with its answer; computes nothing. */
export class ClockProbes {
  readonly #parts: ProbeParts;
  readonly #waiting = new Map<number, number>();
  readonly #timers = new Set<() => void>();
  #nextId = 0;
  #startedUs = 0;

  constructor(parts: ProbeParts) {
    this.#parts = parts;
  }

  start(): void {
    this.stop();
    this.#startedUs = this.#parts.clock.nowUs();
    this.#burst();
  }

  /** What has not been answered is given up. */
  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#giveUp([...this.#waiting.keys()]);
  }

  /** An answer came; one to a question that was given up, or never asked, is nothing. */
  answered(reply: ProbeReply, atUs: number): void {
    const t1Us = this.#waiting.get(reply.id);
    if (t1Us === undefined) return;
    this.#waiting.delete(reply.id);
    this.#parts.onProbe(reply, t1Us, atUs);
  }

  #burst(): void {
    const sinceMs = (this.#parts.clock.nowUs() - this.#startedUs) / 1000;
    const stage = STAGES.find(({ untilMs }) => sinceMs < untilMs)!;
    this.#after(stage.everyMs, () => this.#burst());
    if (this.#parts.isWanted()) this.#exchange(stage, []);
  }

  #exchange(stage: Stage, asked: readonly number[]): void {
    const ids = [...asked, this.#ask()];
    if (ids.length < stage.exchanges) this.#after(stage.spacingMs, () => this.#exchange(stage, ids));
    else this.#after(ANSWER_WITHIN_MS, () => this.#giveUp(ids));
  }

  #ask(): number {
    const probe = { id: this.#nextId++, pad: PAD };
    this.#waiting.set(probe.id, this.#parts.send(probe));
    return probe.id;
  }

  #giveUp(ids: readonly number[]): void {
    const atUs = this.#parts.clock.nowUs();
    for (const id of ids) {
      const t1Us = this.#waiting.get(id);
      if (t1Us === undefined) continue;
      this.#waiting.delete(id);
      this.#parts.onProbe(undefined, t1Us, atUs);
    }
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#parts.timers.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }
}
