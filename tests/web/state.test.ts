import {
  EVENTS_KEPT,
  followFrom,
  INITIAL_STATE,
  reduce,
  sessionInView,
  type PageChange,
  type PageState,
} from "../../apps/hub/web/src/state.js";
import { anEvent, aPhone, aSession, aSnapshot } from "./hub-fixture.js";

function after(...changes: PageChange[]): PageState {
  return changes.reduce(reduce, INITIAL_STATE);
}

test("a snapshot that arrives late is dropped", () => {
  const newer: PageChange = { kind: "snapshot", value: aSnapshot({ revision: 8 }), pageUs: 0 };
  const older: PageChange = { kind: "snapshot", value: aSnapshot({ revision: 7 }), pageUs: 10 };
  expect(after({ kind: "connected" }, newer, older).snapshot?.revision).toBe(8);
});

test("after a reconnect the first snapshot counts, whatever its revision: a restarted hub counts from the start", () => {
  const before: PageChange = { kind: "snapshot", value: aSnapshot({ revision: 900 }), pageUs: 0 };
  const restarted: PageChange = { kind: "snapshot", value: aSnapshot({ revision: 1 }), pageUs: 10 };
  expect(
    after({ kind: "connected" }, before, { kind: "lost" }, { kind: "connected" }, restarted).snapshot?.revision,
  ).toBe(1);
});

test("a lost connection keeps what was known in view", () => {
  const state = after({ kind: "connected" }, { kind: "snapshot", value: aSnapshot(), pageUs: 0 }, { kind: "lost" });
  expect(state.link).toBe("lost");
  expect(state.snapshot).not.toBeNull();
});

test("a page that never reached the hub is still connecting, not lost", () => {
  expect(after({ kind: "lost" }).link).toBe("connecting");
});

test("a refusal goes away with the next connection", () => {
  const error = { code: "HOST_NOT_ALLOWED", message: "", remedy: "", params: {} };
  expect(after({ kind: "refused", error }).refusal).toBe(error);
  expect(after({ kind: "refused", error }, { kind: "connected" }).refusal).toBeNull();
});

test("what the hub did not obey is shown until it was read", () => {
  const error = { code: "REQUEST_INVALID", message: "", remedy: "", params: {} };
  expect(after({ kind: "complained", error }, { kind: "connected" }).complaint).toBe(error);
  expect(after({ kind: "complained", error }, { kind: "complaint_read" }).complaint).toBeNull();
});

describe("news", () => {
  const snapshot = (revision: number, devices: ReturnType<typeof aPhone>[]): PageChange => ({
    kind: "snapshot",
    value: aSnapshot({ revision, devices }),
    pageUs: revision,
  });

  test("begin with the second snapshot and are numbered on", () => {
    const live = [aPhone()];
    const away = [aPhone({ phase: "lost" })];
    expect(after(snapshot(1, live)).news).toEqual([]);
    expect(after(snapshot(1, live), snapshot(2, away), snapshot(3, live)).news).toEqual([
      { number: 1, what: { kind: "away", label: "Pixel 9" } },
      { number: 2, what: { kind: "back", label: "Pixel 9" } },
    ]);
  });

  test("that are old are forgotten", () => {
    const changes = Array.from({ length: 20 }, (_, index) =>
      snapshot(index + 1, [aPhone({ phase: index % 2 === 0 ? "armed" : "lost" })]),
    );
    expect(after(...changes).news.map(({ number }) => number)).toEqual([15, 16, 17, 18, 19]);
  });
});

test("two phones of one model are told apart wherever they are shown", () => {
  const devices = [aPhone(), aPhone({ id: "phone_2" })];
  const state = after({ kind: "snapshot", value: aSnapshot({ devices }), pageUs: 0 });
  expect(state.snapshot?.devices.map(({ label }) => label)).toEqual(["Pixel 9 (phone_1)", "Pixel 9 (phone_2)"]);
});

test("events are shown once and in order, also when the hub repeats them", () => {
  const session = "P07";
  const event = (seq: number): PageChange => ({ kind: "event", session, event: anEvent(seq, "marker") });
  const state = after({ kind: "followed", session }, event(1), event(2), event(2), event(1), event(3));
  expect(state.log?.events.map((each) => each.seq)).toEqual([1, 2, 3]);
});

test("an event of a session that is no longer in view is ignored", () => {
  const state = after(
    { kind: "followed", session: "P08" },
    { kind: "event", session: "P07", event: anEvent(1, "marker") },
  );
  expect(state.log).toEqual({ session: "P08", events: [] });
});

test("the page keeps the newest events and no more", () => {
  const session = "P07";
  const events = Array.from({ length: EVENTS_KEPT + 7 }, (_, index): PageChange => ({
    kind: "event",
    session,
    event: anEvent(index + 1, "note"),
  }));
  const kept = after({ kind: "followed", session }, ...events).log!.events;
  expect([kept.length, kept[0]!.seq, kept.at(-1)!.seq]).toEqual([EVENTS_KEPT, 8, EVENTS_KEPT + 7]);
});

test("a long log is followed from where the page's share of it begins", () => {
  expect(followFrom(aSession({ last_seq: 12 }))).toBe(1);
  expect(followFrom(aSession({ last_seq: 100_000 }))).toBe(100_000 - EVENTS_KEPT + 1);
});

describe("the session in view", () => {
  const recording = { number: 1, start_us: 0, stop_us: null, starts: [], streams: [] };
  const sessions = [aSession({ id: "newest" }), aSession({ id: "recording", recording }), aSession({ id: "oldest" })];

  test("is the one asked for", () => {
    expect(sessionInView(aSnapshot({ sessions }), "oldest")?.id).toBe("oldest");
  });

  test("is the one that records when the one asked for is closed", () => {
    expect(sessionInView(aSnapshot({ sessions }), "closed")?.id).toBe("recording");
  });

  test("is the newest when none records, and none when none is open", () => {
    expect(sessionInView(aSnapshot({ sessions: [sessions[0]!, sessions[2]!] }), null)?.id).toBe("newest");
    expect(sessionInView(aSnapshot(), null)).toBeNull();
  });
});
