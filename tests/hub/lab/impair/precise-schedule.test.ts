import { PreciseSchedule } from "../../../../apps/hub/src/lab/impair/precise-schedule.js";
import { systemClock } from "../../../../apps/hub/src/system-clock.js";

const clock = systemClock();

test("things are run in the order of their times, none before its time", async () => {
  const schedule = new PreciseSchedule(clock);
  const startUs = clock.nowUs();
  const delaysUs = [9_000, 400, 3_200, 3_100, 0, 12_000, 1_900];
  const ran: { delayUs: number; afterUs: number }[] = [];
  await new Promise<void>((resolve) => {
    for (const delayUs of delaysUs)
      schedule.at(startUs + delayUs, () => {
        ran.push({ delayUs, afterUs: clock.nowUs() - startUs });
        if (ran.length === delaysUs.length) resolve();
      });
  });
  expect(ran.map(({ delayUs }) => delayUs)).toEqual([...delaysUs].sort((a, b) => a - b));
  for (const { delayUs, afterUs } of ran) expect(afterUs).toBeGreaterThanOrEqual(delayUs);
  expect(schedule.lateness.count).toBe(delaysUs.length);
});

test("something nearer is run first though something farther was waited for", async () => {
  const schedule = new PreciseSchedule(clock);
  const ran: string[] = [];
  const nowUs = clock.nowUs();
  await new Promise<void>((resolve) => {
    schedule.at(nowUs + 60_000, () => {
      ran.push("far");
      resolve();
    });
    schedule.at(nowUs + 5_000, () => ran.push("near"));
  });
  expect(ran).toEqual(["near", "far"]);
});

test("after the stop nothing is run", async () => {
  const schedule = new PreciseSchedule(clock);
  const ran: string[] = [];
  schedule.at(clock.nowUs() + 1_000, () => ran.push("stopped"));
  schedule.stop();
  await new Promise<void>((resolve) => schedule.at(clock.nowUs() + 5_000, resolve));
  expect(ran).toEqual([]);
});
