/** Things to do, each at its time; the earliest comes out first, and of the same time the one that came in first. */
export class DueQueue<Item> {
  readonly #heap: Entry<Item>[] = [];
  #pushed = 0;

  /** When the next thing is due; undefined where nothing waits. */
  get nextUs(): number | undefined {
    return this.#heap[0]?.atUs;
  }

  push(atUs: number, item: Item): void {
    const heap = this.#heap;
    const entry = { atUs, order: this.#pushed++, item };
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = entry;
  }

  /** Takes out the next thing that is due at `nowUs`, with the time it was due at. */
  takeDue(nowUs: number): { readonly atUs: number; readonly item: Item } | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.atUs > nowUs) return undefined;
    const last = this.#heap.pop()!;
    if (last !== first) this.#sink(last);
    return first;
  }

  /** Puts an entry in place of the root that was taken out. */
  #sink(entry: Entry<Item>): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, entry)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = entry;
  }
}

interface Entry<Item> {
  readonly atUs: number;
  readonly order: number;
  readonly item: Item;
}

function isBefore(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return one.atUs < other.atUs || (one.atUs === other.atUs && one.order < other.order);
}
