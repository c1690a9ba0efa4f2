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

/** Seconds in all; spans must not overlap. */
export function lengthS(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
}

/** Whether a time lies in any of the spans, their ends included. */
export function holdsTime(spans: readonly Span[], atS: number): boolean {
  return spans.some(({ fromS, toS }) => atS >= fromS && atS <= toS);
}
