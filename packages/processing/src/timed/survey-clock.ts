import type { SessionReader } from "@polychron/session/store";
import {
  JointTimelineBuilder,
  ProbeFitBuilder,
  probedTimeline,
  TimelineBuilder,
  type ProbeFit,
  type RawExchange,
  type Timeline,
} from "@polychron/sync";

/** The timeline that a device's own clock observations give, and the session times from which and to which they reach. */
export interface DeviceClock {
  readonly timeline: Timeline;
  readonly fromS: number;
  readonly toS: number;
}

/** Told every exchange with a device's clock as it lies in its files: some lie there twice, and out of order. */
export type ExchangeListener = (exchange: RawExchange) => void;

/** All that a device's clock observations tell, its probes one by one among it. */
export interface ClockSurvey {
  readonly clock: DeviceClock | undefined;
  /** What all probes say together; undefined where none was answered. It holds every burst: a few tens of megabytes a day. */
  readonly fit: ProbeFit | undefined;
}

/** Reads a device's clock observations, probes before readings, readings before mere arrivals; undefined where it has none. */
export async function surveyClock(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  return (await surveyProbes(reader, deviceId)).clock;
}

/** As `surveyClock`, for those who judge the probes themselves. */
export async function surveyProbes(
  reader: SessionReader,
  deviceId: string,
  onExchange?: ExchangeListener,
): Promise<ClockSurvey> {
  const fit = await fitProbes(reader, deviceId, onExchange);
  const [first, last] = [fit.epochs[0], fit.epochs.at(-1)];
  if (first !== undefined && last !== undefined)
    return { fit, clock: { timeline: probedTimeline(fit), fromS: first.fromS, toS: last.toS } };
  const clock = (await surveyReadings(reader, deviceId)) ?? (await surveyArrivals(reader, deviceId));
  return { fit: undefined, clock };
}

async function fitProbes(reader: SessionReader, deviceId: string, onExchange?: ExchangeListener): Promise<ProbeFit> {
  const builder = new ProbeFitBuilder();
  for await (const { count, t1, t2, t3, t4, clockId, quantS } of reader.probes(deviceId)) {
    for (let row = 0; row < count; row++) {
      const exchange = {
        ...{ t1S: t1[row]!, t2S: t2[row]!, t3S: t3[row]!, t4S: t4[row]! },
        ...{ clockId: clockId[row]!, quantS: quantS[row]! },
      };
      builder.push(exchange);
      onExchange?.(exchange);
    }
  }
  return builder.build();
}

/** Readings alone say nothing: with the arrivals of the samples they do. */
async function surveyReadings(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  const builder = new JointTimelineBuilder();
  let readings = 0;
  for await (const { count, t1, t2, t3, t4, clockId, quantS } of reader.readings(deviceId)) {
    readings += count;
    for (let row = 0; row < count; row++) {
      builder.pushReading({
        ...{ t1S: t1[row]!, t2S: t2[row]!, t3S: t3[row]!, t4S: t4[row]! },
        ...{ clockId: clockId[row]!, quantS: quantS[row]! },
      });
    }
  }
  if (readings === 0) return undefined;
  const span = await readPairs(reader, deviceId, (deviceS, arrivalS) => builder.pushSample(deviceS, arrivalS));
  const timeline = builder.build();
  return timeline === undefined ? undefined : { timeline, ...span };
}

async function surveyArrivals(reader: SessionReader, deviceId: string): Promise<DeviceClock | undefined> {
  const builder = new TimelineBuilder();
  const span = await readPairs(reader, deviceId, (deviceS, arrivalS) => builder.push(deviceS, arrivalS));
  const timeline = builder.build();
  return timeline.method === "lower_envelope" ? { timeline, ...span } : undefined;
}

/** Hands over every pair; the session times from which and to which they reach. */
async function readPairs(
  reader: SessionReader,
  deviceId: string,
  take: (deviceS: number, arrivalS: number) => void,
): Promise<{ readonly fromS: number; readonly toS: number }> {
  let [fromS, toS] = [Infinity, -Infinity];
  for await (const pairs of reader.clockPairs(deviceId)) {
    for (let row = 0; row < pairs.count; row++) {
      const arrivalS = pairs.hostArrivalS[row]!;
      take(pairs.deviceTimestampS[row]!, arrivalS);
      fromS = Math.min(fromS, arrivalS);
      toS = Math.max(toS, arrivalS);
    }
  }
  return { fromS, toS };
}
