/** The last of `count` rising values that is not after `limit`; 0 where all are. */
export function lastNotAfter(count: number, value: (index: number) => number, limit: number): number {
  let [low, high] = [0, count];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value(middle) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
