import { GRID_RATE_HZ } from "@polychron/processing";
import { command, GRID_RATE_LIMITS_HZ } from "@polychron/protocol";
import { gridRate } from "../../apps/hub/web/src/sessions/grid-rate.js";

test.each([
  ["100", 100],
  [" 12,5 ", 12.5],
  ["0.1", 0.1],
  ["10000", 10_000],
  ["0.05", undefined],
  ["10001", undefined],
  ["1e3", undefined],
  ["1.2345", undefined],
  ["", undefined],
  ["-5", undefined],
])("'%s' typed is %p Hz", (text, rateHz) => {
  expect(gridRate(text)).toBe(rateHz);
});

test("page, command and processing agree on the rates there are", () => {
  const { lowest, highest } = GRID_RATE_LIMITS_HZ;
  expect({ lowest, highest }).toEqual(GRID_RATE_HZ);
  const order = (rate_hz?: number) =>
    command.safeParse({ command_id: crypto.randomUUID(), kind: "synchronize", session: "s", rate_hz });
  expect([lowest, 33.333, highest, undefined].map((rate) => order(rate).success)).toEqual([true, true, true, true]);
  expect([0, 0.05, 1 / 3, 20_000].map((rate) => order(rate).success)).toEqual([false, false, false, false]);
});
