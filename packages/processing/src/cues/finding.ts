/** What a search for a cue in one stream came to. */
export type CueFinding =
  | {
      readonly kind: "found";
      /** When, on the time base of what was searched, seconds. */
      readonly atS: number;
      /** How far the search itself may be off, seconds. */
      readonly boundS: number;
      /** 0 to 1: how much it stands out of everything else. */
      readonly confidence: number;
    }
  | { readonly kind: "absent"; readonly reason: string; readonly confidence: number };

/** Nothing that could be the cue. */
export function absent(reason: string, confidence = 0): CueFinding {
  return { kind: "absent", reason, confidence };
}

/**
 * Where between samples a peak lies: the top of the parabola through it and its neighbours, in samples from the middle one
 * (-0.5 to 0.5); 0 where it is no peak.
 */
export function parabolicPeak(before: number, peak: number, after: number): number {
  if (!(peak >= before && peak >= after && peak > Math.min(before, after))) return 0;
  return (after - before) / (2 * (peak - before + (peak - after)));
}
