import type { DeviceStartView, RecordingView } from "@polychron/protocol";
import { chooseCatalogue } from "../../apps/hub/web/src/catalogue/choose.js";
import { msText, startLines, startText, together } from "../../apps/hub/web/src/record/starts-view.js";
import { newsBetween, newsText } from "../../apps/hub/web/src/shell/news.js";
import { aDevice, aPhone, aSession, aSnapshot } from "./hub-fixture.js";

const texts = chooseCatalogue([]);

function aStart(part: Partial<DeviceStartView> = {}): DeviceStartView {
  const blank = { reason: null, silent: [], own: null, joined_late_s: null, rejoined: 0 };
  return { device: "shimmer_3a5f", status: "on_time", skew_ms: 0, ...blank, ...part };
}

const recording = (...starts: DeviceStartView[]): RecordingView => {
  return { number: 1, start_us: 0, stop_us: null, starts, streams: [] };
};
const clock = (bound99Ms: number | null, method: "two_way" | "one_way" | "hub" = "two_way") => {
  const nothing = {
    offset_s: 0,
    drift_ppm: 0,
    hard_ms: null,
    relative_ms: null,
    round_trip_ms: null,
    probe_age_s: null,
  };
  const counts = { bursts: 0, epochs: 1, steps: 0, outside: 0, glitches: 0, lost: 0 };
  return { method, bound99_ms: bound99Ms, quality: "good", ...nothing, ...counts } as const;
};

test.each([
  ["On time", aStart()],
  ["On time, 3.2\u00a0ms behind the start", aStart({ skew_ms: 3.24 })],
  ["Late by 120\u00a0ms", aStart({ status: "late", skew_ms: 120 })],
  ["Joined 4.2\u00a0s after the start", aStart({ status: "late", skew_ms: 4_190, joined_late_s: 4.2 })],
  ["On time", aStart({ joined_late_s: 0.4 })],
  ["Not live: it is not recorded", aStart({ status: "never", skew_ms: null, reason: "gone" })],
  ["Brings no samples: nothing of it is recorded", aStart({ status: "never", reason: "no_sample", silent: ["gsr"] })],
  ["On time; No samples of gsr", aStart({ silent: ["gsr"] })],
  ["On time; It does not record on itself", aStart({ own: { status: "never", skew_ms: null } })],
  ["On time; Its own recording began 1.5\u00a0s late", aStart({ own: { status: "late", skew_ms: 1_500 } })],
  ["On time; Was away 2 times and came back", aStart({ rejoined: 2 })],
])("a device's start is told as '%s'", (text, start) => {
  expect(startText(start, texts)).toBe(text);
});

test("together means the largest skew, and how well that device's clock is known", () => {
  const devices = [aDevice({ clock: clock(0.5) }), aPhone({ clock: clock(2) })];
  const starts = [aStart({ skew_ms: 3 }), aStart({ device: "phone_1", skew_ms: 1.2 })];
  const view = together(recording(...starts), devices)!;
  expect(view.withinMs).toBeCloseTo(3.5, 9);
  expect([view.count, view.unbounded]).toEqual([2, []]);
});

test("a clock without a bound is named, the hub's own needs none", () => {
  const starts = [aStart(), aStart({ device: "phone_1" })];
  const view = (method: "one_way" | "hub") =>
    together(recording(...starts), [aDevice({ clock: clock(null, method) }), aPhone({ clock: clock(1) })]);
  expect([view("one_way")!.unbounded, view("hub")!.unbounded]).toEqual([["Shimmer3 GSR+ 3A5F"], []]);
});

test("nobody started together while one is awaited, late or missing; who joined later does not count", () => {
  const ways = ["waiting", "late", "never"] as const;
  const views = ways.map((status) => together(recording(aStart(), aStart({ device: "phone_1", status })), []));
  expect(views).toEqual([null, null, null]);
  const joined = aStart({ device: "phone_1", status: "late", joined_late_s: 9 });
  expect(together(recording(aStart(), joined), [])).toMatchObject({ count: 1 });
});

test("before the start there is nothing to tell", () => {
  const session = aSession({ recording: recording(aStart({ status: "waiting", skew_ms: null })) });
  expect(startLines(session, [aDevice()], texts)).toEqual([]);
});

test.each([
  [0, "0.1\u00a0ms"],
  [9.96, "10\u00a0ms"],
  [999.6, "1.0\u00a0s"],
])("%s ms are shown as %s", (ms, text) => {
  expect(msText(ms)).toBe(text);
});

describe("what is read out", () => {
  const said = (before: RecordingView | null, now: RecordingView): string[] => {
    const state = (part: RecordingView | null) =>
      aSnapshot({ devices: [aDevice({ clock: clock(0.5) })], sessions: [aSession({ recording: part })] });
    return newsBetween(state(before), state(now)).map((news) => newsText(news, texts));
  };
  const waiting = recording(aStart({ status: "waiting", skew_ms: null }));

  test("that all have started, once", () => {
    expect(said(waiting, recording(aStart()))).toEqual(["Started within 0.5\u00a0ms."]);
    expect(said(null, waiting)).toEqual([]);
    expect(said(recording(aStart()), recording(aStart({ skew_ms: 0.1 })))).toEqual([]);
  });

  test("a device that is late, or does not begin at all, at once", () => {
    const never = recording(aStart({ status: "never", reason: "gone", skew_ms: null }));
    const late = recording(aStart({ status: "late", skew_ms: 2_000, joined_late_s: 2 }));
    expect(said(null, never)).toEqual(["Shimmer3 GSR+ 3A5F: Not live: it is not recorded."]);
    expect(said(never, never)).toEqual([]);
    expect(said(never, late)).toEqual(["Shimmer3 GSR+ 3A5F: Joined 2.0\u00a0s after the start."]);
  });
});
