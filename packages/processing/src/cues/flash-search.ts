import { FLASH_BIT_S, FLASH_S, flashShare } from "@polychron/session/model";
import { absent, type CueFinding } from "./finding.js";

/** Pictures one after the other as coarse grids of brightness. */
export interface Brightness {
  /** Growing, seconds. */
  readonly timeS: Float64Array;
  /** One array a cell, as long as `timeS`. */
  readonly cells: readonly Float64Array[];
}

/** A cell follows the code so well (correlation, straight drift taken out), or it is not the code. */
const LEAST_CORRELATION = 0.85;
/** And its light changes by so much of 255: less is the noise of a camera. */
const LEAST_CHANGE = 2;
/** Cells nearly as good as the best see the same screen. */
const SAME_SCREEN = 0.95;
/** Dark before and behind the code belongs to it. */
const MARGIN_S = 2 * FLASH_BIT_S;
const COARSE_STEP_S = FLASH_BIT_S / 8;
const FINE_STEP_S = 0.001;
const FINE_REACH_S = FLASH_BIT_S / 2;
/** How long the camera may have gathered the light of a picture, in periods between pictures. */
const EXPOSURES = [0, 0.25, 0.5, 0.75, 1];
/** Beginnings that fit as well as the best one, as share of what the code explains. */
const AS_GOOD = 0.001;

/** When the coded light begins, by pictures whose time is the middle of their exposure. */
export function findFlash({ timeS, cells }: Brightness): CueFinding {
  const periodS = (timeS.at(-1)! - timeS[0]!) / (timeS.length - 1);
  if (!(timeS.length > 2 && periodS < FLASH_BIT_S)) return absent("there are too few pictures for the code");
  const begins = range(timeS[0]! + MARGIN_S, timeS.at(-1)! - FLASH_S - MARGIN_S, COARSE_STEP_S);
  const best = bestCell({ timeS, cells }, begins);
  if (best === undefined) return absent("the pictures do not reach over the whole code");
  const { correlation, change, beginS } = best;
  if (correlation < LEAST_CORRELATION || change < LEAST_CHANGE)
    return absent("no part of the picture follows the code", Math.max(0, correlation));
  const light = lightOfScreen({ timeS, cells }, beginS, correlation);
  const { atS, halfWidthS, fit } = refine(timeS, light, { beginS, periodS });
  // What the pictures leave open, and how far a picture's own time may be from the middle of its exposure.
  return { kind: "found", atS, boundS: Math.max(halfWidthS, periodS / 2), confidence: fit };
}

interface CellFit {
  readonly correlation: number;
  /** Dark to light. */
  readonly change: number;
  readonly beginS: number;
}

function bestCell({ timeS, cells }: Brightness, begins: readonly number[]): CellFit | undefined {
  let best: CellFit | undefined;
  for (const beginS of begins) {
    const template = templateAt(timeS, beginS, 0);
    for (const cell of cells) {
      const fit = fitOf(template, cell);
      if (fit.correlation > (best?.correlation ?? -Infinity)) best = { ...fit, beginS };
    }
  }
  return best;
}

/** The mean of all cells that see the flashing, each as much as it changes. */
function lightOfScreen({ timeS, cells }: Brightness, beginS: number, correlation: number): Float64Array {
  const template = templateAt(timeS, beginS, 0);
  const light = new Float64Array(timeS.length);
  for (const cell of cells) {
    const fit = fitOf(template, cell);
    if (fit.correlation < SAME_SCREEN * correlation) continue;
    for (let row = 0; row < light.length; row++) light[row]! += fit.change * cell[row]!;
  }
  return light;
}

/** Between pictures: every beginning near the coarse one, with every exposure; the middle of those that fit best. */
function refine(
  timeS: Float64Array,
  light: Float64Array,
  { beginS, periodS }: { readonly beginS: number; readonly periodS: number },
): { readonly atS: number; readonly halfWidthS: number; readonly fit: number } {
  const begins = range(beginS - FINE_REACH_S, beginS + FINE_REACH_S, FINE_STEP_S);
  const fits = begins.map((atS) =>
    Math.max(...EXPOSURES.map((share) => fitOf(templateAt(timeS, atS, share * periodS), light).correlation)),
  );
  const most = Math.max(...fits);
  const good = begins.filter((_, place) => fits[place]! ** 2 >= most ** 2 - AS_GOOD);
  const [from, to] = [good[0]!, good.at(-1)!];
  return { atS: (from + to) / 2, halfWidthS: (to - from + FINE_STEP_S) / 2, fit: Math.min(1, most) };
}

/** The light that pictures of this exposure would have, straight drift taken out, and which of them belong to the code. */
interface Template {
  readonly from: number;
  readonly to: number;
  readonly values: Float64Array;
  /** The sum of their squares. */
  readonly power: number;
}

function templateAt(timeS: Float64Array, beginS: number, exposureS: number): Template {
  const from = timeS.findIndex((atS) => atS >= beginS - MARGIN_S);
  const behind = timeS.findIndex((atS) => atS > beginS + FLASH_S + MARGIN_S);
  const to = behind < 0 ? timeS.length : behind;
  const values = timeS.subarray(from, to).map((atS) => {
    const middleS = atS - beginS;
    return flashShare(middleS - exposureS / 2, middleS + exposureS / 2);
  });
  const code = withoutDrift(values);
  return { from, to, values: code, power: dot(code, code) };
}

/** Least squares of level, straight drift and code: how much of what is not drift the code explains. */
function fitOf({ from, to, values, power }: Template, series: Float64Array): { correlation: number; change: number } {
  const light = withoutDrift(series.subarray(from, to));
  const common = dot(values, light);
  const all = dot(light, light);
  if (power === 0 || all === 0) return { correlation: 0, change: 0 };
  return { correlation: common / Math.sqrt(power * all), change: common / power };
}

function withoutDrift(values: Float64Array): Float64Array {
  const n = values.length;
  const middle = (n - 1) / 2;
  let [sum, slope] = [0, 0];
  for (let row = 0; row < n; row++) {
    sum += values[row]!;
    slope += (row - middle) * values[row]!;
  }
  slope /= Math.max(1, (n * (n * n - 1)) / 12);
  return values.map((value, row) => value - sum / n - slope * (row - middle));
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < one.length; row++) sum += one[row]! * other[row]!;
  return sum;
}

function range(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, n) => from + n * step);
}
