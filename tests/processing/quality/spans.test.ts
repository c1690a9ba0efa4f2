import fc from "fast-check";
import { cut, lengthS, without, type Span } from "../../../packages/processing/src/quality/spans.js";

/** Spans in any order; they may touch, overlap or be empty. */
const spans = fc.array(
  fc.tuple(fc.nat(30), fc.nat(6)).map(([fromS, lastsS]): Span => ({ fromS, toS: fromS + lastsS })),
  { maxLength: 12 },
);
/** No two of them have a moment in common. */
const apart = fc.uniqueArray(fc.nat(30), { maxLength: 12 }).map((edges) => {
  const sorted = edges.sort((a, b) => a - b);
  return sorted.flatMap((fromS, at): Span[] => (at % 2 === 1 ? [] : [{ fromS, toS: sorted[at + 1] ?? fromS + 1 }]));
});

/** Whether the moment behind a whole second lies in any. */
const isIn = (within: readonly Span[], second: number): boolean =>
  within.some(({ fromS, toS }) => fromS <= second && second < toS);
const seconds = Array.from({ length: 40 }, (_, second) => second);

test("what is cut lies in both, and what is left lies in the one and not in the other", () => {
  fc.assert(
    fc.property(spans, spans, (one, other) => {
      for (const second of seconds) {
        expect(isIn(cut(one, other), second)).toBe(isIn(one, second) && isIn(other, second));
        expect(isIn(without(one, other), second)).toBe(isIn(one, second) && !isIn(other, second));
      }
    }),
  );
});

test("of spans that lie apart nothing is counted twice", () => {
  fc.assert(
    fc.property(apart, spans, (one, other) => {
      const all = lengthS(one);
      expect(lengthS(without(one, other))).toBe(seconds.filter((at) => isIn(one, at) && !isIn(other, at)).length);
      expect(lengthS(without(one, []))).toBe(all);
    }),
  );
});

test("what lies in no hole stays as it is, an empty span too", () => {
  const empty = { fromS: 5, toS: 5 };
  expect(without([empty], [{ fromS: 6, toS: 7 }])).toEqual([empty]);
  expect(without([{ fromS: 0, toS: 9 }], [{ fromS: -Infinity, toS: 2 }])).toEqual([{ fromS: 2, toS: 9 }]);
});

test("tens of thousands of silences are looked at once each", () => {
  let looks = 0;
  const counted = (fromS: number): Span => ({
    get fromS() {
      looks++;
      return fromS;
    },
    toS: fromS + 0.5,
  });
  const many = Array.from({ length: 20_000 }, (_, at) => counted(at));
  expect(without([{ fromS: 0, toS: 20_000 }], many)).toHaveLength(20_000);
  expect(cut(many, many)).toHaveLength(20_000);
  expect(looks).toBeLessThan(100 * many.length);
});
