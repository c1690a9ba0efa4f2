/** Listeners of one thing that happens; adding returns the way to remove. */
export class Listeners<Args extends readonly unknown[]> {
  readonly #all = new Set<(...args: Args) => void>();

  add(listener: (...args: Args) => void): () => void {
    this.#all.add(listener);
    return () => void this.#all.delete(listener);
  }

  call(...args: Args): void {
    for (const listener of this.#all) listener(...args);
  }
}
