import type { SessionEvent } from "../model/index.js";
import type { FileSystem } from "./files.js";
import { readEvents, type LogPlace } from "./log-reader.js";

/** Who follows a log: called synchronously, once for each event, in order; must not throw. */
export interface EventListener {
  onEvent(event: SessionEvent): void;
  /** Following has ended: the earlier events could not be read. */
  onFault(error: unknown): void;
}

/** How many of the newest events stay in memory for those who join late or fall behind. */
const RECENT_MAX = 512;

/** Brings each follower from where it begins to the present, from the disk first, and then every event as it comes. */
export class EventFollowers {
  readonly #files: FileSystem;
  readonly #place: LogPlace;
  readonly #followers = new Set<Follower>();
  #recent: SessionEvent[] = [];
  #lastSeq: number;

  constructor(files: FileSystem, place: LogPlace, lastSeq: number) {
    this.#files = files;
    this.#place = place;
    this.#lastSeq = lastSeq;
  }

  /** New events, acknowledged and in order. */
  offer(events: readonly SessionEvent[]): void {
    if (events.length === 0) return;
    this.#recent.push(...events);
    if (this.#recent.length > 2 * RECENT_MAX) this.#recent = this.#recent.slice(-RECENT_MAX);
    this.#lastSeq = events.at(-1)!.seq;
    for (const follower of this.#followers) {
      if (follower.isLive) this.#deliver(follower, events);
    }
  }

  add(fromSeq: number, listener: EventListener): () => void {
    const follower = { nextSeq: Math.max(1, fromSeq), listener, isLive: false };
    this.#followers.add(follower);
    void this.#catchUp(follower);
    return () => this.#followers.delete(follower);
  }

  async #catchUp(follower: Follower): Promise<void> {
    try {
      while (this.#followers.has(follower) && !this.#joinRecent(follower)) await this.#replay(follower);
    } catch (error) {
      if (this.#followers.delete(follower)) follower.listener.onFault(error);
    }
  }

  /** True when what is missing is still in memory: the follower has it now and is live from here on. */
  #joinRecent(follower: Follower): boolean {
    const oldest = this.#recent[0]?.seq ?? this.#lastSeq + 1;
    if (follower.nextSeq < oldest) return false;
    follower.isLive = true;
    this.#deliver(follower, this.#recent);
    return true;
  }

  async #replay(follower: Follower): Promise<void> {
    const { nextSeq } = follower;
    for await (const event of readEvents(this.#files, this.#place, nextSeq, this.#lastSeq)) {
      this.#deliver(follower, [event]);
      if (!this.#followers.has(follower)) return;
    }
    // A line that was damaged later is not there to be replayed; its number must not be waited for.
    follower.nextSeq = Math.max(follower.nextSeq, this.#recent[0]?.seq ?? this.#lastSeq + 1, nextSeq);
  }

  #deliver(follower: Follower, events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.seq < follower.nextSeq || !this.#followers.has(follower)) continue;
      follower.nextSeq = event.seq + 1;
      follower.listener.onEvent(event);
    }
  }
}

interface Follower {
  nextSeq: number;
  readonly listener: EventListener;
  isLive: boolean;
}
