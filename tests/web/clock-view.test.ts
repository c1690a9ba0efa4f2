import type { ClockView } from "@polychron/protocol";
import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import { clockLine } from "../../apps/hub/web/src/devices/clock-view.js";

const texts = chooseCatalogue(["en"]);

function aClock(part: Partial<ClockView> = {}): ClockView {
  return {
    method: "two_way",
    offset_s: -3828.2624,
    drift_ppm: 12.34,
    bound99_ms: 0.452,
    hard_ms: 0.91,
    relative_ms: null,
    round_trip_ms: 1.82,
    quality: "good",
    probe_age_s: 1.2,
    bursts: 1240,
    epochs: 1,
    steps: 0,
    outside: 0,
    glitches: 0,
    lost: 0,
    ...part,
  };
}

const shown = (part: Partial<ClockView> = {}): string[] =>
  clockLine(aClock(part), texts)!.facts.map(({ text }) => text.replaceAll("\u00a0", " "));
const line = (part: Partial<ClockView>): [string, boolean] => {
  const { text, isPressing } = clockLine(aClock(part), texts)!;
  return [text.replaceAll("\u00a0", " "), isPressing];
};

test("a clock that is well known is one calm line, and its bound is never shown smaller than it is", () => {
  expect(line({})).toEqual(["Clock: within 0.46 ms, drifts 12 ppm", false]);
  expect(line({ bound99_ms: 3.21, quality: "fair", drift_ppm: -3.04 })).toEqual([
    "Clock: within 3.3 ms, drifts −3.0 ppm",
    false,
  ]);
});

test("behind it stands what it rests on", () => {
  expect(shown()).toEqual([
    "−3828.262 s to add to its time",
    "0.91 ms off at the very most",
    "Shortest way there and back 1.8 ms",
    "Last answer 1 s ago",
    "1\u202f240 measurements",
  ]);
});

test.each<[string, Partial<ClockView>, string]>([
  ["a poor bound", { quality: "poor", bound99_ms: 9.3 }, "Clock: within 9.3 ms, drifts 12 ppm, too uncertain"],
  ["a bound that did not hold", { outside: 2 }, "Clock: within 0.46 ms, drifts 12 ppm"],
  ["a clock that answers no more", { probe_age_s: 40 }, "Clock: within 0.46 ms, drifts 12 ppm"],
  ["one that is no clock", { bound99_ms: null, quality: "poor" }, "Clock: cannot be used"],
  [
    "one that never answered",
    { bound99_ms: null, quality: "unknown", probe_age_s: null, lost: 16 },
    "Clock: no answer",
  ],
])("%s is pressing", (_name, part, text) => {
  expect(line(part)).toEqual([text, true]);
});

test("what went wrong is named", () => {
  const facts = shown({ steps: 1, epochs: 2, outside: 3, glitches: 4, lost: 1500 });
  expect(facts.slice(5)).toEqual([
    "1\u202f500 questions without an answer",
    "1 jump",
    "2 runs of the clock",
    "3 times outside its bound",
    "4 measurements that could not be true",
  ]);
});

test("a clock that is not measured yet says so calmly; of no clock nothing is said", () => {
  expect(line({ bound99_ms: null, probe_age_s: 0.1, quality: "unknown" })).toEqual(["Clock: not measured yet", false]);
  expect(clockLine(null, texts)).toBeNull();
});

test("a device that cannot be asked, and the hub's own stamps, say what that means", () => {
  const unknown = { method: "one_way", bound99_ms: null, hard_ms: null } as const;
  expect(line({ ...unknown, drift_ppm: null })).toEqual(["Clock: by arrival", false]);
  expect(line({ ...unknown, relative_ms: 0.512, drift_ppm: -21.4 })).toEqual([
    "Clock: by arrival, steady within 0.52 ms, drifts −21 ppm",
    false,
  ]);
  expect(line({ ...unknown, method: "joint", bound99_ms: 7.61, relative_ms: 0.5, quality: "poor" })).toEqual([
    "Clock: within 7.7 ms, drifts 12 ppm",
    false,
  ]);
  expect(line({ method: "hub" })).toEqual(["Clock: the hub's own", false]);
});
