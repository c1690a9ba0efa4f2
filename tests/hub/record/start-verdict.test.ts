import fc from "fast-check";
import { planLead, planStop } from "../../../apps/hub/src/record/start-plan.js";
import { coordinationOf, StartRoll } from "../../../apps/hub/src/record/start-roll.js";
import {
  judgeOwn,
  judgeStart,
  judgeStop,
  type StartFacts,
  type StreamEnds,
} from "../../../apps/hub/src/record/start-verdict.js";
import { deviceCoordination } from "@polychron/session/format";

const START_US = 10e6;

function ends(part: Partial<StreamEnds> = {}): StreamEnds {
  const nothing = { firstUs: null, lastUs: null, startSkewS: null, stopSkewS: null };
  return { device: "a", stream: "gsr", ...nothing, ...part };
}

const begun = (skewS: number, stream = "gsr"): StreamEnds =>
  ends({ stream, firstUs: START_US + skewS * 1e6, startSkewS: skewS });

function facts(part: Partial<StartFacts> = {}): StartFacts {
  const nothing = { isGone: false, isRefused: false, own: null };
  const times = { startUs: START_US, nowUs: START_US + 1e6, awaitedFromUs: START_US };
  return { ...times, streams: [ends()], ...nothing, ...part };
}

describe("the lead", () => {
  test("is the one that is set, unless the slowest device needs more", () => {
    expect(planLead(500, [{ device: "a", needsMs: 0 }])).toEqual({ lead_ms: 500, because: "setting", slowest: null });
    expect(planLead(500, [{ device: "a", needsMs: 120 }])).toMatchObject({ lead_ms: 500, slowest: { device: "a" } });
    const needs = [
      { device: "a", needsMs: 120 },
      { device: "b", needsMs: 812.34 },
    ];
    expect(planLead(500, needs)).toEqual({
      ...{ lead_ms: 813, because: "device" },
      slowest: { device: "b", needs_ms: 812.3 },
    });
  });

  test("waits for no device longer than three seconds", () => {
    expect(planLead(500, [{ device: "a", needsMs: 60_000 }]).lead_ms).toBe(3_000);
  });

  test("of a stop is short even where a long one is set, and none where the hub ends", () => {
    expect(planStop({ isAtOnce: false, leastMs: 60_000 }, []).lead_ms).toBe(500);
    expect(planStop({ isAtOnce: true, leastMs: 500 }, [{ device: "a", needsMs: 900 }]).lead_ms).toBe(0);
  });
});

describe("a start", () => {
  test.each([
    ["on_time", null, facts({ streams: [begun(0.003)] })],
    ["late", null, facts({ streams: [begun(0.003), begun(0.2, "imu")] })],
    ["waiting", null, facts()],
    ["waiting", null, facts({ streams: [begun(0), ends({ stream: "imu" })] })],
    ["never", "gone", facts({ isGone: true })],
    ["never", "refused", facts({ isRefused: true })],
    ["never", "no_sample", facts({ nowUs: START_US + 5e6 })],
    ["waiting", null, facts({ nowUs: START_US + 9e6, awaitedFromUs: START_US + 8e6 })],
    // A link that breaks before the start may be back until then.
    ["waiting", null, facts({ isGone: true, nowUs: START_US - 1 })],
  ] as const)("is '%s' (%s)", (status, reason, given) => {
    expect(judgeStart(given)).toMatchObject({ status, reason });
  });

  test("of a device with one dead sensor is that of the others, and the dead one is named", () => {
    const streams = [begun(0), ends({ stream: "imu" })];
    expect(judgeStart(facts({ streams, nowUs: START_US + 5e6 }))).toMatchObject({ status: "on_time", silent: ["imu"] });
  });

  test("of a device without regular streams is its own word, or that it is there", () => {
    expect(judgeStart(facts({ streams: [] })).status).toBe("on_time");
    const own = { firstUs: null, skewS: null, answeredUs: START_US, code: "PHONE_REFUSED" };
    expect(judgeStart(facts({ streams: [], own }))).toMatchObject({ status: "never", reason: "refused" });
  });

  test("by a device's own word is late, on time, refused or not known yet", () => {
    const own = { firstUs: START_US, skewS: 0.01, answeredUs: START_US, code: null };
    expect(judgeOwn(own)).toBe("on_time");
    expect(judgeOwn({ ...own, skewS: 0.5 })).toBe("late");
    expect(judgeOwn({ ...own, code: "PHONE_AWAY" })).toBe("never");
    expect(judgeOwn({ ...own, firstUs: null })).toBeNull();
  });
});

describe("a stop", () => {
  const reached = ends({ firstUs: 0, lastUs: 9e6, stopSkewS: 0 });
  const short = ends({ firstUs: 0, lastUs: 5e6, stopSkewS: 4 });
  const told = { isGone: false, wasTold: true, answeredUs: 10e6 };
  const streaming = { isGone: false, wasTold: false, answeredUs: null };

  test("is reached by the samples of a device that streams, and by the answer of one that records on itself", () => {
    expect(judgeStop({ ...streaming, streams: [reached] }).status).toBe("on_time");
    expect(judgeStop({ ...told, streams: [short] })).toMatchObject({ status: "on_time", skewS: 4, lastUs: 5e6 });
  });

  test("is never reached by one whose samples end before it, or that does not answer", () => {
    expect(judgeStop({ ...streaming, streams: [reached, short] })).toMatchObject({
      status: "never",
      reason: "no_sample",
    });
    expect(judgeStop({ ...streaming, isGone: true, streams: [short] }).reason).toBe("gone");
    expect(judgeStop({ ...told, answeredUs: null, streams: [reached] })).toMatchObject({ reason: "no_answer" });
  });
});

test("a device that joins in mid-recording, or is back, has the same time for its first sample as the others had", () => {
  const roll = new StartRoll(START_US);
  roll.expect("b", true);
  roll.lost("b", START_US + 1e6);
  for (const device of ["a", "b"]) roll.here(device, START_US + 20e6);
  const nothing = [ends(), ends({ device: "b" })];
  const statuses = (nowUs: number): string[] => roll.entries(nothing, nowUs).map(({ start }) => start.status);
  expect(statuses(START_US + 24e6)).toEqual(["waiting", "waiting"]);
  expect(statuses(START_US + 25e6)).toEqual(["never", "never"]);
});

type Step = readonly ["here" | "lost" | "renewed" | "told", number];

test("whatever happens to a device, its entry fits the format and times only grow", () => {
  const step = fc.tuple(fc.constantFrom("here", "lost", "renewed", "told"), fc.integer({ min: 0, max: 3e6 }));
  fc.assert(
    fc.property(fc.array(step as fc.Arbitrary<Step>, { maxLength: 30 }), fc.boolean(), (steps, isHere) => {
      const roll = new StartRoll(START_US);
      roll.expect("a", isHere);
      let nowUs = START_US - 5e6;
      for (const [what, waitUs] of steps) roll[what]("a", (nowUs += waitUs));
      const [entry] = roll.entries([begun(0)], nowUs);
      const kept = coordinationOf(entry!, roll.stopOf("a", [begun(0)]), (us) => us / 1e6);
      expect(deviceCoordination.safeParse(kept).error).toBeUndefined();
      const times = kept.rejoined.flatMap(({ lost_t_s: lost, back_t_s: back }) =>
        lost === null ? [back] : [lost, back],
      );
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(times.every((timeS) => timeS * 1e6 >= START_US)).toBe(true);
      expect(kept.joined_late_t_s === null || kept.joined_late_t_s * 1e6 > START_US).toBe(true);
      expect(kept.retried_t_s).toHaveLength(Math.max(0, steps.filter(([what]) => what === "told").length - 1));
    }),
  );
});

test("of a device that comes and goes all day the newest hundred times are listed", () => {
  const roll = new StartRoll(START_US);
  roll.expect("a", true);
  for (let time = 1; time <= 250; time++) {
    roll.lost("a", START_US + time * 2e6);
    roll.here("a", START_US + time * 2e6 + 1e6);
    roll.told("a", START_US + time * 2e6 + 1e6);
  }
  const [entry] = roll.entries([begun(0)], START_US + 600e6);
  const kept = coordinationOf(entry!, null, (us) => us / 1e6);
  expect([kept.rejoined.length, kept.retried_t_s.length]).toEqual([100, 100]);
  expect(kept.rejoined.at(-1)!.back_t_s).toBe((START_US + 501e6) / 1e6);
});
