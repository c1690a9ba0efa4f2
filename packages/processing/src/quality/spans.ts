/** A stretch of session time, seconds. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** The parts of `spans` that lie within any of `within`, by where those spans begin. */
export function cut(spans: readonly Span[], within: readonly Span[]): Span[] {
  return [...beside(spans, within)].flatMap(({ span, others }) =>
    others.flatMap((limit) => {
      const fromS = Math.max(span.fromS, limit.fromS);
      const toS = Math.min(span.toS, limit.toS);
      return toS > fromS ? [{ fromS, toS }] : [];
    }),
  );
}

/** What of `spans` lies outside all of `holes`, by where those spans begin. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  return [...beside(spans, holes)].flatMap(({ span, others }) => {
    const left: Span[] = [];
    let fromS = span.fromS;
    for (const hole of others) {
      if (hole.fromS > fromS) left.push({ fromS, toS: hole.fromS });
      fromS = Math.max(fromS, hole.toS);
    }
    if (others.length === 0) return [span];
    return span.toS > fromS ? [...left, { fromS, toS: span.toS }] : left;
  });
}

/** Each span with those of the others that it overlaps, both in the order of time; one pass over both, where others do not overlap. */
function* beside(
  spans: readonly Span[],
  others: readonly Span[],
): Generator<{ readonly span: Span; readonly others: readonly Span[] }> {
  const sorted = inOrder(others);
  let first = 0;
  for (const span of inOrder(spans)) {
    while (first < sorted.length && sorted[first]!.toS <= span.fromS) first++;
    let end = first;
    while (end < sorted.length && sorted[end]!.fromS < span.toS) end++;
    yield { span, others: sorted.slice(first, end).filter(({ toS }) => toS > span.fromS) };
  }
}

function inOrder(spans: readonly Span[]): Span[] {
  return [...spans].sort((a, b) => (a.fromS === b.fromS ? 0 : a.fromS - b.fromS));
}

/** Whether two stretches have a moment in common, or touch. */
export function isTouching(one: Span, other: Span): boolean {
  return one.fromS <= other.toS && other.fromS <= one.toS;
}

/** Seconds in all; spans must not overlap. */
export function lengthS(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
}

/** Whether a time lies in any of the spans, their ends included. */
export function holdsTime(spans: readonly Span[], atS: number): boolean {
  return spans.some(({ fromS, toS }) => atS >= fromS && atS <= toS);
}
