/** A stretch of session time, seconds. */
export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** The parts of `spans` that lie within any of `within`. */
export function cut(spans: readonly Span[], within: readonly Span[]): Span[] {
  return spans.flatMap((span) =>
    within.flatMap((limit) => {
      const fromS = Math.max(span.fromS, limit.fromS);
      const toS = Math.min(span.toS, limit.toS);
      return toS > fromS ? [{ fromS, toS }] : [];
    }),
  );
}

/** What of `spans` lies outside all of `holes`. */
export function without(spans: readonly Span[], holes: readonly Span[]): Span[] {
  return holes.reduce<readonly Span[]>((left, hole) => left.flatMap((span) => around(span, hole)), spans).slice();
}

function around({ fromS, toS }: Span, hole: Span): Span[] {
  if (hole.toS <= fromS || hole.fromS >= toS) return [{ fromS, toS }];
  const parts = [
    { fromS, toS: hole.fromS },
    { fromS: hole.toS, toS },
  ];
  return parts.filter((part) => part.toS > part.fromS);
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
