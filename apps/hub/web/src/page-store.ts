import { INITIAL_STATE, reduce, type PageChange, type PageState } from "./state.js";

/** Holds the page's state and tells who listens; shaped for React's `useSyncExternalStore`. */
export class PageStore {
  #state = INITIAL_STATE;
  readonly #listeners = new Set<() => void>();

  readonly get = (): PageState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  apply(change: PageChange): void {
    const next = reduce(this.#state, change);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
