import { TickLine } from "../../../packages/devices/src/shimmer/ticks.js";

const RATE_HZ = 256;
const STEP = 128;

function line(counterBits: 16 | 24 = 24): TickLine {
  return new TickLine({ stepTicks: STEP, toleranceTicks: 4, counterBits });
}

/** Feeds readings one period apart in the hub's time unless told otherwise. */
function unwrap(
  ticks: TickLine,
  raws: readonly number[],
  usPerStep = 1e6 / RATE_HZ,
): { ticks: number[]; missing: number[] } {
  const out = { ticks: [] as number[], missing: [] as number[] };
  for (const [at, raw] of raws.entries()) {
    ticks.accept(raw, at * usPerStep);
    out.ticks.push(ticks.ticks);
    out.missing.push(ticks.missing);
  }
  return out;
}

test("vector 29: the counter wraps at 2^24 and nothing is missing", () => {
  const { ticks, missing } = unwrap(line(), [16776960, 16777088, 0, 128, 256]);
  expect(ticks).toEqual([16776960, 16777088, 16777216, 16777344, 16777472]);
  expect(missing).toEqual([0, 0, 0, 0, 0]);
});

test("an old counter wraps at 2^16", () => {
  expect(unwrap(line(16), [65408, 0, 128]).ticks).toEqual([65408, 65536, 65664]);
});

test("a gap is as many samples as fit into it", () => {
  expect(unwrap(line(), [0, 128, 128 * 5, 128 * 6]).missing).toEqual([0, 0, 3, 0]);
});

test("a device whose steps are late by some ticks does not miscount a long gap", () => {
  const late = line();
  const stepTicks = 130.5;
  const raws = Array.from({ length: 100 }, (_, at) => Math.round(at * stepTicks));
  unwrap(late, raws);
  late.accept(Math.round((99 + 150) * stepTicks), 1e6);
  expect(late.missing).toBe(149);
});

test("a silence longer than a turn of the counter is counted with the hub's clock", () => {
  const silent = line();
  silent.accept(1000, 0);
  silent.accept(1000 + 128, 1_400e6);
  // 1400 s are two turns of 512 s and a rest: the nearest whole number of turns is 3.
  expect(silent.ticks).toBe(1128 + 3 * 2 ** 24);
  silent.accept(1000 + 256, 1_400e6 + 3906);
  expect(silent.missing).toBe(0);
});

test("a slow radio is not taken for a turn of the counter", () => {
  const slow = line();
  slow.accept(0, 0);
  slow.accept(128, 30e6);
  expect(slow.ticks).toBe(128);
});

test.each([
  [128, true],
  [132, true],
  [123, false],
  [133, false],
  [0, false],
  [128 * 200, true],
  [128 * 202, false],
])("a reading %i ticks later can follow: %s", (delta, isPossible) => {
  const ticks = line();
  ticks.accept(500, 0);
  expect(ticks.canFollow(500 + delta)).toBe(isPossible);
});
