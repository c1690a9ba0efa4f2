import type { ProbeEpoch } from "@polychron/sync";
import { epochPlace } from "../../../apps/hub/src/cli/epoch-places.js";

function epoch(cause: ProbeEpoch["cause"], fromS: number, toS: number): ProbeEpoch {
  return { clockId: 0, cause, fromS, toS, jumpS: null, bursts: 2, driftPpm: 0, driftWithinPpm: 1 };
}

const epochs = [epoch("first", 10, 20), epoch("clock", 30, 40), epoch("step", 50, 60)];

test.each([
  [9, "beyond"],
  [10, "inside"],
  [20, "inside"],
  [20.1, "between_clocks"],
  [29.9, "between_clocks"],
  [30, "inside"],
  [45, "at_steps"],
  [60, "inside"],
  [60.2, "inside"],
  [62, "beyond"],
] as const)("%d s is %s", (atS, place) => {
  expect(epochPlace({ epochs }, atS)).toBe(place);
});

test("without an epoch every row is beyond all", () => {
  expect(epochPlace({ epochs: [] }, 5)).toBe("beyond");
});
