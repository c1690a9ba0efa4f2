import { PlotWindowReader, valueLimits } from "../../apps/hub/web/src/trace/plot-window.js";
import { TraceBook } from "../../apps/hub/web/src/trace/trace-book.js";
import { TraceRing } from "../../apps/hub/web/src/trace/trace-ring.js";

function points(ring: TraceRing, channel = 0): [atUs: number, value: number][] {
  return Array.from({ length: ring.length }, (_, index) => [ring.atUs(index), ring.value(channel, index)]);
}

test("a full ring gives up its oldest points, whatever the size of the chunks", () => {
  const ring = new TraceRing(1, 4);
  ring.push([1, 2, 3], [[10, 20, 30]]);
  ring.push([4, 5, 6], [[40, 50, 60]]);
  expect(points(ring)).toEqual([
    [3, 30],
    [4, 40],
    [5, 50],
    [6, 60],
  ]);
});

test("points that were here already are not taken twice", () => {
  const ring = new TraceRing(1, 8);
  ring.push([1, 2, 3], [[10, 20, 30]]);
  ring.push([2, 3, 4], [[20, 30, 40]]);
  expect(points(ring)).toEqual([
    [1, 10],
    [2, 20],
    [3, 30],
    [4, 40],
  ]);
});

test("a missing value is kept as NaN, a true zero as zero", () => {
  const ring = new TraceRing(2, 8);
  ring.push(
    [1, 2],
    [
      [0, null],
      [null, 5],
    ],
  );
  expect(points(ring, 0)).toEqual([
    [1, 0],
    [2, Number.NaN],
  ]);
  expect(points(ring, 1)).toEqual([
    [1, Number.NaN],
    [2, 5],
  ]);
});

test("the book keeps streams apart and begins anew when a stream's channels change", () => {
  const book = new TraceBook();
  book.push({ device: "a", file_type: "gsr", at_us: [1], channels: [[1]] });
  book.push({ device: "b", file_type: "gsr", at_us: [1], channels: [[2]] });
  expect([book.find("a", "gsr")?.value(0, 0), book.find("b", "gsr")?.value(0, 0)]).toEqual([1, 2]);
  book.push({ device: "a", file_type: "gsr", at_us: [2], channels: [[3], [4]] });
  expect(points(book.find("a", "gsr")!, 1)).toEqual([[2, 4]]);
  book.clear();
  expect(book.find("a", "gsr")).toBeUndefined();
});

describe("the plot's window", () => {
  function read(atUs: number[], values: (number | null)[], nowUs: number, spanS: number) {
    const ring = new TraceRing(1, 64);
    ring.push(atUs, [values]);
    const { xS, y, gaps } = new PlotWindowReader(ring.capacity).read(ring, 0, nowUs, spanS);
    return { xS: [...xS], y: [...y], gaps };
  }

  test("counts seconds back from now, and takes one point before its edge so that the line enters there", () => {
    const { xS, y } = read([0, 100_000, 200_000, 300_000], [1, 2, 3, 4], 300_000, 0.15);
    expect(xS).toEqual([expect.closeTo(-0.2), expect.closeTo(-0.1), 0]);
    expect(y).toEqual([2, 3, 4]);
  });

  test("draws nothing across a missing value", () => {
    const { y, gaps } = read([0, 100_000, 200_000, 300_000], [1, null, null, 4], 300_000, 1);
    expect(y).toEqual([1, 4]);
    expect(gaps).toEqual([[expect.closeTo(-0.3), 0]]);
  });

  test("draws nothing across a silence", () => {
    expect(read([0, 100_000, 900_000], [1, 2, 3], 900_000, 2).gaps).toEqual([[expect.closeTo(-0.8), 0]]);
  });

  test("is empty where nothing valid arrived", () => {
    expect(read([0, 1], [null, null], 2, 1)).toEqual({ xS: [], y: [], gaps: [] });
  });

  test("shows what is older than the window as nothing but the entering point", () => {
    expect(read([0, 1_000_000], [1, 2], 100_000_000, 60).y).toEqual([2]);
  });
});

test("the value axis leaves room and does not blow noise up", () => {
  expect(valueLimits(2, 4)).toEqual([expect.closeTo(1.8), expect.closeTo(4.2)]);
  const [low, high] = valueLimits(5, 5.0001);
  expect(high - low).toBeGreaterThan(0.1);
  expect(valueLimits(0, 0)[1]).toBeGreaterThan(0);
  expect(valueLimits(null, null)).toEqual([0, 1]);
});
