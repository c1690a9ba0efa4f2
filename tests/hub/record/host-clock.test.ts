import { hubUs, utcUs, type Clock, type HubUs } from "@polychron/session/model";
import { hostChange, type HostChange, type HostReading } from "../../../apps/hub/src/record/host-clock.js";
import { HostClockWatch } from "../../../apps/hub/src/record/host-clock-watch.js";
import { HandTime } from "../../devices/hand-time.js";

const DUE_US = 1e6;
const before: HostReading = { monotonicUs: 5e6, utcUs: 1.7e15, uptimeUs: 9e6 };

/** A reading so many seconds later; each clock may have gone further by something. */
function later(s: number, { utcS = 0, uptimeS = 0 } = {}): HostReading {
  return {
    monotonicUs: before.monotonicUs + s * 1e6,
    utcUs: before.utcUs + (s + utcS) * 1e6,
    uptimeUs: before.uptimeUs! + (s + uptimeS) * 1e6,
  };
}

test("clocks that go on together, or are slewed, are no news", () => {
  expect(hostChange(before, later(1), DUE_US)).toBeUndefined();
  expect(hostChange(before, later(1.4, { utcS: 0.0007, uptimeS: 0.009 }), DUE_US)).toBeUndefined();
  expect(hostChange(before, later(1, { utcS: -0.049 }), DUE_US)).toBeUndefined();
});

test.each([0.051, -0.051, 3600, -86_400])("a time of day that was set by %p s is news", (utcS) => {
  expect(hostChange(before, later(1, { utcS }), DUE_US)).toEqual({ kind: "set", stepS: expect.closeTo(utcS, 4) });
});

test("an uptime that went on while the monotonic clock stood still is sleep", () => {
  const change = hostChange(before, later(1, { utcS: 600, uptimeS: 600 }), DUE_US);
  expect(change).toEqual({ kind: "slept", sleptS: expect.closeTo(600, 4), stepS: expect.closeTo(600, 4) });
});

test("where the system tells no uptime, sleep looks like a time of day that was set", () => {
  const now = { ...later(1, { utcS: 600 }), uptimeUs: null };
  expect(hostChange(before, now, DUE_US)).toEqual({ kind: "set", stepS: expect.closeTo(600, 4) });
});

test("a look that comes much too late on clocks that agree is a hub that was held up", () => {
  expect(hostChange(before, later(31), DUE_US)).toEqual({ kind: "held_up", heldUpS: expect.closeTo(30, 4) });
});

test("the watch sees a step once, and none when the processor was taken away between two clocks", async () => {
  const time = new HandTime();
  const seen: HostChange[] = [];
  let setUs = 0;
  /** The processor was taken away for so long, once with the next reading of the time of day. */
  let lostUs = 0;
  let isInterrupted = false;
  const nowUs = (): HubUs => hubUs(time.nowUs() + lostUs);
  const clock: Clock = {
    bootId: "a",
    nowUs,
    utcUs: () => {
      const utc = utcUs(1.7e15 + setUs + nowUs());
      if (isInterrupted) lostUs += 200_000;
      isInterrupted = false;
      return utc;
    },
    zoneOffsetMin: () => 0,
  };
  const watch = new HostClockWatch({
    clock,
    timers: time,
    uptimeS: () => null,
    onChange: (change) => seen.push(change),
  });
  watch.start();
  await time.pass(3_000);
  expect(seen).toEqual([]);
  setUs = 2_500_000;
  await time.pass(3_000);
  expect(seen).toEqual([{ kind: "set", stepS: 2.5 }]);
  isInterrupted = true;
  await time.pass(2_000);
  expect(isInterrupted).toBe(false);
  expect(seen).toHaveLength(1);
  watch.stop();
  setUs = 0;
  await time.pass(3_000);
  expect(seen).toHaveLength(1);
});
