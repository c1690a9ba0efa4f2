/** y = y0 + slope (x - x0). */
export interface Line {
  readonly x0: number;
  readonly y0: number;
  readonly slope: number;
}

/**
 * The points of a series that a straight line can touch from below (its lower convex hull), fed in order of x.
 * For every straight line the lowest point above it is one of these, so the others need not be kept
 * (A. M. Andrew, Information Processing Letters 9, 1979).
 */
export class LowerHull {
  readonly #xs: number[] = [];
  readonly #ys: number[] = [];

  /** How many points the hull has. */
  get size(): number {
    return this.#xs.length;
  }

  x(index: number): number {
    return this.#xs[index]!;
  }

  y(index: number): number {
    return this.#ys[index]!;
  }

  /** Takes a point whose x is not below the last one's. */
  push(x: number, y: number): void {
    if (this.size > 0 && x === this.#xs.at(-1)) {
      if (y >= this.#ys.at(-1)!) return;
      this.#drop();
    }
    while (this.size > 1 && !this.#lastIsBelow(x, y)) this.#drop();
    this.#xs.push(x);
    this.#ys.push(y);
  }

  /** The least y - height(x) over the points; `height` must be straight between the first x and the last. */
  clearance(height: (x: number) => number): number {
    let least = Infinity;
    for (let index = 0; index < this.size; index++)
      least = Math.min(least, this.#ys[index]! - height(this.#xs[index]!));
    return least;
  }

  #drop(): void {
    this.#xs.pop();
    this.#ys.pop();
  }

  /** Whether the last point lies below the line from the one before it to (x, y). */
  #lastIsBelow(x: number, y: number): boolean {
    const end = this.size - 1;
    const [x1, y1] = [this.#xs[end - 1]!, this.#ys[end - 1]!];
    return (this.#ys[end]! - y1) * (x - x1) < (y - y1) * (this.#xs[end]! - x1);
  }
}

/**
 * The line below all points that is highest at `atX`: the edge of the hull that spans it.
 * @param maxSlope a steeper edge is turned to this slope, then lowered until it is below all points again
 */
export function highestLine(hull: LowerHull, atX: number, maxSlope: number): Line {
  let right = 1;
  while (right < hull.size - 1 && hull.x(right) < atX) right++;
  const [x0, y0] = [hull.x(right - 1), hull.y(right - 1)];
  const edge = right < hull.size ? (hull.y(right) - y0) / (hull.x(right) - x0) : 0;
  const slope = Math.max(-maxSlope, Math.min(maxSlope, edge));
  if (slope === edge) return { x0, y0, slope };
  return { x0, y0: y0 + hull.clearance((x) => y0 + slope * (x - x0)), slope };
}

/** The height of a line at x. */
export function heightAt(line: Line, x: number): number {
  return line.y0 + line.slope * (x - line.x0);
}
