import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { uptime } from "node:os";
import { hubUs, utcUs, type Clock } from "@polychron/session/model";

/** The PC's clocks: `process.hrtime` (monotonic; stands still while the PC sleeps) and the wall clock. */
export function systemClock(): Clock {
  const startWallUs = performance.timeOrigin * 1000;
  return {
    bootId: readBootId(),
    nowUs: () => hubUs(Number(process.hrtime.bigint()) / 1000),
    // Date.now() alone has whole milliseconds; performance.now() fills in the digits until the wall clock steps.
    utcUs: () => finerWallClock(Date.now() * 1000, startWallUs + performance.now() * 1000),
    zoneOffsetMin: (at) => -new Date(at / 1000).getTimezoneOffset(),
  };
}

/**
 * Seconds since the computer was started, its sleep included. Elsewhere than on Linux the answer is made from the time of day,
 * which may be set: null.
 */
export function systemUptimeS(): number | null {
  return process.platform === "linux" ? uptime() : null;
}

function finerWallClock(coarseUs: number, fineUs: number): ReturnType<Clock["utcUs"]> {
  return utcUs(Math.abs(fineUs - coarseUs) < 1500 ? Math.floor(fineUs) : coarseUs);
}

/** Linux names each boot; elsewhere each start of the hub is taken as a boot of its own, which is always safe. */
function readBootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return randomUUID();
  }
}
