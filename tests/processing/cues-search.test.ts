import { CHIRP, chirpAt, FLASH_BIT_S, FLASH_CODE, flashShare } from "@polychron/session/model";
import fc from "fast-check";
import { ChirpSearch } from "../../packages/processing/src/cues/chirp-search.js";
import { Fft } from "../../packages/processing/src/cues/fft.js";
import { parabolicPeak } from "../../packages/processing/src/cues/finding.js";
import { findFlash } from "../../packages/processing/src/cues/flash-search.js";
import { findTap } from "../../packages/processing/src/cues/tap-search.js";
import { Dice } from "./dice.js";

const RATE_HZ = 48_000;

/** Sound of `lengthS` with the chirp at `atS`, in white noise. */
function sound(atS: number, { noise = 0, loudness = 0.5, lengthS = 1.1, dice = new Dice(1) } = {}): Float32Array {
  return Float32Array.from({ length: lengthS * RATE_HZ }, (_, n) => {
    return loudness * chirpAt(n / RATE_HZ - atS) + noise * dice.normal();
  });
}

const anyHeight = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const search = new ChirpSearch(RATE_HZ, 1.1 * RATE_HZ);

test("the transform of a cosine has its two lines, and the inverse gives the cosine back", () => {
  const fft = new Fft(64);
  const re = Float64Array.from({ length: 64 }, (_, n) => Math.cos((2 * Math.PI * 5 * n) / 64));
  const [before, im] = [re.slice(), new Float64Array(64)];
  fft.forward(re, im);
  expect([...re].map((value) => Math.round(value)).flatMap((value, k) => (value === 0 ? [] : [[k, value]]))).toEqual([
    [5, 32],
    [59, 32],
  ]);
  fft.inverse(re, im);
  for (let n = 0; n < 64; n++) expect(re[n]).toBeCloseTo(before[n]!, 12);
});

test("the top of a parabola is found exactly, and never farther than half a sample", () => {
  const height = (x: number): number => 5 - (x - 0.3) ** 2;
  expect(parabolicPeak(height(-1), height(0), height(1))).toBeCloseTo(0.3, 12);
  fc.assert(
    fc.property(fc.tuple(anyHeight, anyHeight, anyHeight), ([before, peak, after]) => {
      expect(Math.abs(parabolicPeak(before, peak, after))).toBeLessThanOrEqual(0.5);
    }),
  );
});

test("a clean chirp is found within 20 microseconds, wherever it lies between the samples", () => {
  const errorsUs = Array.from({ length: 20 }, (_, trial) => {
    const atS = 0.1 + trial * 0.031_237;
    const found = search.find(sound(atS));
    return found.kind === "found" ? Math.abs(found.atS - atS) * 1e6 : Infinity;
  });
  expect(Math.max(...errorsUs)).toBeLessThan(20);
});

test("a chirp as loud as the noise is found within 50 microseconds; turned upside down as well", () => {
  const dice = new Dice(7);
  for (const loudness of [0.5, -0.5])
    for (let trial = 0; trial < 10; trial++) {
      const atS = 0.05 + 0.8 * dice.uniform();
      const found = search.find(sound(atS, { noise: 0.35, loudness, dice }));
      expect(found).toMatchObject({ kind: "found" });
      expect(Math.abs((found as { atS: number }).atS - atS)).toBeLessThan(50e-6);
    }
});

test("the direct sound counts, not the louder echo behind it", () => {
  const [direct, echo] = [sound(0.4, { loudness: 0.3 }), sound(0.412, { loudness: 0.5 })];
  const found = search.find(direct.map((value, n) => value + echo[n]!));
  expect(found).toMatchObject({ kind: "found", atS: expect.closeTo(0.4, 4) as number });
});

test("in a thousand windows of noise no chirp is found: white, humming, and clicking", () => {
  const dice = new Dice(11);
  const rateHz = 16_000;
  const inNoise = new ChirpSearch(rateHz, 0.3 * rateHz);
  let found = 0;
  for (let trial = 0; trial < 1_000; trial++) {
    const hz = 100 + 5_000 * dice.uniform();
    const samples = Float64Array.from({ length: 0.3 * rateHz }, (_, n) => {
      const hum = trial % 3 === 1 ? 3 * Math.sin((2 * Math.PI * hz * n) / rateHz) : 0;
      const click = trial % 3 === 2 && n % 4_000 === trial + 7 ? 50 : 0;
      return dice.normal() + hum + click;
    });
    if (inNoise.find(samples).kind === "found") found += 1;
  }
  expect(found).toBe(0);
}, 120_000);

test.each([
  ["nothing", new Float32Array(0)],
  ["less than a chirp", new Float32Array(100)],
  ["silence", new Float32Array(RATE_HZ)],
])("%s holds no chirp", (_what, samples) => {
  expect(search.find(samples)).toMatchObject({ kind: "absent" });
});

test("a chirp that is cut off by the end of the window is not taken for one that is whole", () => {
  expect(search.find(sound(1.1 - CHIRP.lengthS / 3))).toMatchObject({ kind: "absent" });
});

/** Pictures of a room with a screen in one of nine cells; `gather` is the exposure in periods. */
function pictures(
  beginS: number,
  { rateHz = 30, gather = 0.5, change = 40, noise = 0.5, dice = new Dice(3), cells = 9, drift = 5 } = {},
): { timeS: Float64Array; cells: Float64Array[] } {
  const periodS = 1 / rateHz;
  const timeS = Float64Array.from({ length: Math.round(4.5 * rateHz) }, (_, n) => n * periodS);
  const sees = (cell: number): number => (cell === 4 ? change : cell === 5 ? change / 8 : 0);
  const light = (atS: number): number =>
    flashShare(atS - beginS - (gather * periodS) / 2, atS - beginS + (gather * periodS) / 2);
  const cell = (at: number): Float64Array =>
    timeS.map((atS) => Math.round(80 + drift * atS + sees(at) * light(atS) + noise * dice.normal()));
  return { timeS, cells: Array.from({ length: cells }, (_, at) => cell(at)) };
}

test.each([
  [15, 0.5],
  [24, 0.2],
  [25, 0.5],
  [30, 0],
  [30, 0.3],
  [30, 1],
  [60, 0.5],
])(
  "the coded light is found within half a frame at %d pictures a second, each gathering %d of its period",
  (rateHz, gather) => {
    for (let trial = 0; trial < 8; trial++) {
      const beginS = 1 + trial * 0.0531;
      const found = findFlash(pictures(beginS, { rateHz, gather }));
      expect(found).toMatchObject({ kind: "found" });
      if (found.kind !== "found") continue;
      expect(Math.abs(found.atS - beginS)).toBeLessThan(0.5 / rateHz);
      expect(Math.abs(found.atS - beginS)).toBeLessThan(found.boundS);
    }
  },
);

test("a screen that is a small part of the picture is found, below the noise of one picture", () => {
  const found = findFlash(pictures(1.3, { change: 6, noise: 1 }));
  expect(found).toMatchObject({ kind: "found", atS: expect.closeTo(1.3, 1) as number });
});

test("in a thousand scenes without the code none is found: noise, wandering light, lamps that blink", () => {
  const dice = new Dice(5);
  let found = 0;
  for (let trial = 0; trial < 1_000; trial++) {
    const scene = pictures(-10, { cells: 6, noise: 1.5, dice, drift: 20 * dice.uniform(), rateHz: 20 });
    let level = 0;
    const blinkS = 0.15 + dice.uniform();
    const disturbed = scene.cells[0]!.map((value, n) => {
      level += 6 * dice.normal();
      const isLit = Math.floor(scene.timeS[n]! / blinkS) % 2 === 0;
      return value + (trial % 2 === 0 ? level : isLit ? 60 : 0);
    });
    if (findFlash({ timeS: scene.timeS, cells: [disturbed, ...scene.cells] }).kind === "found") found += 1;
  }
  expect(found).toBe(0);
}, 120_000);

test("too slow a camera, and pictures that end within the code, hold no flash that could be trusted", () => {
  expect(findFlash(pictures(1.3, { rateHz: 5 }))).toMatchObject({ kind: "absent" });
  expect(findFlash({ timeS: new Float64Array(0), cells: [] })).toMatchObject({ kind: "absent" });
  const { timeS, cells } = pictures(1.3);
  const short = { timeS: timeS.slice(0, 60), cells: cells.map((cell) => cell.slice(0, 60)) };
  expect(findFlash(short)).toMatchObject({ kind: "absent" });
});

test("the code changes no more than five times within any second: less than three flashes", () => {
  const padded = `0${FLASH_CODE}0`;
  const changes = [...padded].flatMap((bit, at) => (at > 0 && bit !== padded[at - 1] ? [(at - 1) * FLASH_BIT_S] : []));
  const within = changes.map((fromS) => changes.filter((atS) => atS >= fromS && atS <= fromS + 1).length);
  expect(Math.max(...within)).toBeLessThanOrEqual(5);
});

/** Acceleration at `rateHz` with a knock like a bell of `sigmaS`. */
function shaken(
  atS: number,
  { rateHz = 100, sigmaS = 0.008, height = 30, noise = 0.1, dice = new Dice(2) } = {},
): [Float64Array, Float64Array] {
  const timeS = Float64Array.from({ length: 2 * rateHz }, (_, n) => n / rateHz);
  const bell = (s: number): number => height * Math.exp(-((s - atS) ** 2) / (2 * sigmaS ** 2));
  return [timeS, timeS.map((s) => 9.81 + bell(s) + noise * dice.normal())];
}

test.each([100, 200, 500])("a knock is found within half a millisecond at %d samples a second", (rateHz) => {
  for (let trial = 0; trial < 20; trial++) {
    const atS = 0.8 + trial * 0.01137;
    const found = findTap(...shaken(atS, { rateHz }));
    expect(found).toMatchObject({ kind: "found" });
    expect(Math.abs((found as { atS: number }).atS - atS)).toBeLessThan(0.000_5);
  }
});

test("in a thousand windows without a knock none is found: at rest, walking, shaking", () => {
  const dice = new Dice(9);
  let found = 0;
  for (let trial = 0; trial < 1_000; trial++) {
    const [timeS, rest] = shaken(-5, { dice, noise: trial % 3 === 0 ? 4 : 0.2 });
    const stepS = 0.4 + 0.3 * dice.uniform();
    const walking = rest.map((value, n) => {
      const sinceS = timeS[n]! % stepS;
      return (
        value + (trial % 3 === 1 ? 12 * Math.exp(-sinceS / 0.05) : trial % 3 === 2 ? 6 * Math.sin(9 * timeS[n]!) : 0)
      );
    });
    if (findTap(timeS, walking).kind === "found") found += 1;
  }
  expect(found).toBe(0);
});

test("two knocks, a slow push, and no samples are no knock", () => {
  const [timeS, one] = shaken(0.6);
  const [, other] = shaken(1.4);
  expect(
    findTap(
      timeS,
      one.map((value, n) => value + other[n]! - 9.81),
    ),
  ).toMatchObject({ kind: "absent" });
  expect(findTap(...shaken(1, { sigmaS: 0.1 }))).toMatchObject({ kind: "absent" });
  expect(findTap(new Float64Array(0), new Float64Array(0))).toMatchObject({ kind: "absent" });
});
