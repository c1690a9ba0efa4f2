import type { RawExchange } from "@polychron/sync";
import { ClockModel, erlang2, oneWayTrace, stream, uniform, type OneWayLinkName } from "@polychron/sync/link-model";

/** One step of the counter of a Shimmer, seconds. */
export const TICK_S = 1 / 32_768;
const INTERVAL_S = 0.03;

/** A sensor that streams, and is asked for its clock every 2 to 8 s. */
export interface ReadSensorOptions {
  readonly link: OneWayLinkName;
  readonly seed: number;
  readonly rateHz?: number;
  readonly durationS?: number;
  readonly clock?: "phone" | "thermal";
  /** By how much its clock is ahead of the model from a hub time on; it may jump. */
  readonly aheadS?: (hubS: number) => number;
}

/** What the hub saw of it, with the truth. */
export interface ReadSensor {
  readonly samples: readonly { readonly hubS: number; readonly deviceS: number; readonly arrivalS: number }[];
  readonly readings: readonly RawExchange[];
}

/** A sensor made of seeded random numbers; on `ble` question and answer wait for radio events, on `spp` they are as slow as the samples. */
export function readSensor(options: ReadSensorOptions): ReadSensor {
  const { link, seed, rateHz = 51.2, durationS = 600, aheadS = () => 0 } = options;
  const model = new ClockModel(options.clock ?? "phone", seed, 30);
  const thetaS = (hubS: number): number => model.thetaS(hubS);
  const trace = oneWayTrace({ link, seed, rateHz, durationS, thetaS });
  const samples = Array.from(trace.hubS, (hubS, row) => ({
    ...{ hubS, deviceS: trace.deviceS[row]! + aheadS(hubS), arrivalS: trace.arrivalS[row]! },
  }));
  const wayS = ways(link, seed);
  const draw = stream(seed, 41);
  const readings: RawExchange[] = [];
  for (let t1S = 5; t1S < durationS; t1S += uniform(draw, 2, 8)) {
    const readS = wayS(t1S);
    const t2S = Math.floor((readS + thetaS(readS) + aheadS(readS)) / TICK_S) * TICK_S;
    readings.push({ t1S, t2S, t3S: t2S, t4S: wayS(readS + 0.5e-3), clockId: 7, quantS: TICK_S });
  }
  return { samples, readings };
}

/** When a message sent at a hub time is there. */
function ways(link: OneWayLinkName, seed: number): (hubS: number) => number {
  const draw = stream(seed, 40);
  if (link === "spp") return (hubS) => hubS + (5 + erlang2(draw, 4)) / 1000;
  const phaseS = stream(seed, 21)() * INTERVAL_S;
  const nextEventS = (hubS: number): number => phaseS + Math.ceil((hubS - phaseS) / INTERVAL_S) * INTERVAL_S;
  return (hubS) => nextEventS(hubS) + (1.5 + erlang2(draw, 0.5)) / 1000;
}
