/** What was seen at one device time: session minus device time is at most `mostS` and at least `leastS`, as far as each was seen; seconds. */
export interface EdgePoint {
  readonly atS: number;
  readonly mostS: number;
  readonly leastS: number;
}

/**
 * An upper and a lower edge over device time. What was seen at one time holds at another one too, wider by as much as the
 * rate may be wrong (`perS`, s/s), before it and after it.
 */
export class EdgePair {
  readonly #points: readonly EdgePoint[];
  readonly #perS: number;

  /** @param points in any order */
  constructor(points: readonly EdgePoint[], perS: number) {
    this.#perS = perS;
    const ordered = [...points].sort((a, b) => a.atS - b.atS);
    this.#points = carried(carried(ordered, perS).reverse(), perS).reverse();
  }

  /** At the times at which something was seen. */
  get points(): readonly EdgePoint[] {
    return this.#points;
  }

  /** Both edges at a device time; infinite where nothing was seen at all. */
  at(atS: number): EdgePoint {
    let [from, to] = [0, this.#points.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#points[middle]!.atS < atS) from = middle + 1;
      else to = middle;
    }
    const before = this.#points[from - 1];
    const after = this.#points[from];
    if (before === undefined || after === undefined) {
      const only = before ?? after;
      return only === undefined ? { atS, mostS: Infinity, leastS: -Infinity } : aged(only, atS, this.#perS);
    }
    const [sinceS, untilS] = [this.#perS * (atS - before.atS), this.#perS * (after.atS - atS)];
    return {
      atS,
      mostS: Math.min(before.mostS + sinceS, after.mostS + untilS),
      leastS: Math.max(before.leastS - sinceS, after.leastS - untilS),
    };
  }
}

function aged({ atS: seenS, mostS, leastS }: EdgePoint, atS: number, perS: number): EdgePoint {
  const byS = perS * Math.abs(atS - seenS);
  return { atS, mostS: mostS + byS, leastS: leastS - byS };
}

/** Each point narrowed by what those before it still say. */
function carried(points: readonly EdgePoint[], perS: number): EdgePoint[] {
  const out: EdgePoint[] = [];
  for (const point of points) {
    const before = out.at(-1);
    const known = before === undefined ? point : aged(before, point.atS, perS);
    const mostS = Math.min(point.mostS, known.mostS);
    out.push({ atS: point.atS, mostS, leastS: Math.max(point.leastS, known.leastS) });
  }
  return out;
}
