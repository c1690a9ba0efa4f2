import type { HubSnapshot } from "@polychron/protocol";
import { ManualTimers } from "@polychron/session/store";
import { SnapshotPump } from "../../../apps/hub/src/record/snapshot-pump.js";

function bench() {
  const timers = new ManualTimers();
  let made = 0;
  const pump = new SnapshotPump((revision) => {
    made += 1;
    return { revision } as HubSnapshot;
  }, timers);
  const seen: number[] = [];
  pump.start();
  return { timers, pump, seen, made: () => made, listen: () => pump.onSnapshot((value) => seen.push(value.revision)) };
}

test("a change is shown soon, and a hundred changes at once are shown once", () => {
  const at = bench();
  at.listen();
  for (let change = 0; change < 100; change++) at.pump.changed();
  at.timers.advance(39);
  expect(at.seen).toEqual([]);
  at.timers.advance(1);
  expect(at.seen).toEqual([1]);
});

test("changes without end do not put off the picture", () => {
  const at = bench();
  at.listen();
  for (let ms = 0; ms < 1_000; ms += 10) {
    at.pump.changed();
    at.timers.advance(10);
  }
  expect(at.seen.length).toBeGreaterThan(15);
});

test("what moves by itself is shown twice a second", () => {
  const at = bench();
  at.listen();
  at.timers.advance(5_000);
  expect(at.seen).toHaveLength(10);
});

test("without a listener nothing is made, and each snapshot is newer than the one before", () => {
  const at = bench();
  at.timers.advance(5_000);
  expect(at.made()).toBe(0);
  expect([at.pump.now().revision, at.pump.now().revision]).toEqual([1, 2]);
});

test("who has left sees no more, and a stopped pump stays stopped whatever changes", () => {
  const at = bench();
  const leave = at.listen();
  at.timers.advance(500);
  leave();
  at.timers.advance(500);
  expect(at.seen).toHaveLength(1);
  at.pump.stop();
  at.listen();
  at.pump.changed();
  at.timers.advance(5_000);
  expect(at.seen).toHaveLength(1);
});
