import type { Exchange } from "../two-way.js";
import type { ClockModel } from "./clock-model.js";
import type { DelayModel } from "./delay-model.js";
import { exponential, normal, stream } from "./random.js";

/** A session's length in the benchmark, seconds. */
export const SESSION_S = 1800;
/** The hub sends so late at times, and the device answers so late. */
const SEND_LATE_S = 0.2e-3;
const TURN_AROUND_S = 0.1e-3;

/** The bursts of a session: when each of their questions is to be sent, hub seconds. */
export function probeSchedule(endS: number): number[][] {
  const burst = (fromS: number, count: number, everyS: number): number[] =>
    Array.from({ length: count }, (_, index) => fromS + index * everyS);
  const bursts = Array.from({ length: 6 }, (_, index) => burst(0.05 + 0.3 * index, 12, 0.015));
  for (let second = 0; second < 13; second++) bursts.push(burst(2.2 + second, 8, 0.02));
  for (let index = 0; 15.2 + 2.5 * index + 0.2 < endS; index++) bursts.push(burst(15.2 + 2.5 * index, 8, 0.02));
  return bursts;
}

/** What a session is made of. */
export interface ProbeSessionOptions {
  readonly seed: number;
  readonly clock: Pick<ClockModel, "thetaS">;
  readonly link: DelayModel;
  /** `SESSION_S` when absent. */
  readonly endS?: number;
}

/** The exchanges of a session with a clock over a link, burst by burst. */
export function probeSession({ seed, clock, link, endS = SESSION_S }: ProbeSessionOptions): Exchange[][] {
  const draw = stream(seed, 7);
  return probeSchedule(endS).map((times) =>
    times.map((plannedS) => {
      const t1S = plannedS + Math.abs(normal(draw)) * SEND_LATE_S;
      const gotS = t1S + link.delayS("down", t1S);
      const sentS = gotS + exponential(draw, TURN_AROUND_S);
      const t4S = sentS + link.delayS("up", sentS);
      return { t1S, t2S: gotS + clock.thetaS(gotS), t3S: sentS + clock.thetaS(sentS), t4S };
    }),
  );
}
