import { EnvelopePoints, type Envelope } from "../envelope.js";
import type { PlacedEpoch } from "../epoch-choice.js";
import { rateUncertainty } from "../rate-limit.js";
import { EdgePair, type EdgePoint } from "./edge-pair.js";
import { levelShift } from "./level-shift.js";
import type { ClockReading, Seen, SeenSample } from "./observations.js";

/** Of so many seconds the sample that waited least counts. */
const BIN_S = 5;
/** A crystal that warms on the skin leaves the fitted shape no faster (s/s). */
const WARMING = 2e-6;
/** The bound is looked at so often, device seconds. */
const LOOK_S = 5;

/** One run of a device clock, placed on session time. */
export interface JointEpoch extends PlacedEpoch {
  readonly ratePpm: number;
  /** Samples and readings it rests on. */
  readonly observations: number;
  /** The widest bound over its span, seconds; null where its clock was never read. */
  readonly widestS: number | null;
  /** As `Envelope.beatS`. */
  readonly beatS: number;
  /** How far the session time of a device time may be off, latency included; null where its clock was never read. */
  boundS(deviceS: number): number | null;
}

/**
 * Fits one run of a clock. Its shape is the lower envelope of the arrivals; its place, one constant for the whole run, is in the
 * middle of two edges: a sample was taken before it arrived, a clock was read after it was asked. The bound is the distance
 * from there to the further edge, at least one step of the device's counter.
 */
export function fitJointEpoch({ samples, readings }: Seen): JointEpoch {
  const points = collected(samples);
  const envelope = points.fit();
  const { fromDeviceS, fromArrivalS, spanS } = points;
  const perS = WARMING + 2 * rateUncertainty(Math.max(1, spanS), envelope.beatS);
  const edges = new EdgePair([...upperEdges(samples, envelope), ...readings.map(lowerEdge(envelope))], perS);
  const placeS = middleOf(edges.points);
  const leastS = Math.max(0, ...readings.map(({ quantS }) => quantS));
  const shiftS = (edge: EdgePoint): number => clamped(placeS, edge);
  const boundS = (deviceS: number): number | null => {
    if (readings.length === 0) return null;
    const edge = edges.at(deviceS);
    return Math.max(Math.abs(edge.mostS - shiftS(edge)), Math.abs(shiftS(edge) - edge.leastS), leastS);
  };
  return {
    ...{ fromDeviceS, fromArrivalS, spanS, boundS },
    offsetS: (deviceS) => envelope.offsetS(deviceS) + (readings.length === 0 ? 0 : shiftS(edges.at(deviceS))),
    ratePpm: envelope.ratePpm,
    observations: samples.length + readings.length,
    widestS: readings.length === 0 ? null : widest(boundS, fromDeviceS, spanS),
    beatS: envelope.beatS,
  };
}

/** Session time at which the least latency of a run shifts for good; undefined where it does not. */
export function shiftOf(samples: readonly SeenSample[]): number | undefined {
  const envelope = collected(samples).fit();
  const atS = levelShift(upperEdges(samples, envelope), envelope.beatS);
  return samples.find(({ deviceS }) => Math.floor(deviceS / BIN_S) === Math.floor((atS ?? Number.NaN) / BIN_S))
    ?.arrivalS;
}

function collected(samples: readonly SeenSample[]): EnvelopePoints {
  const [first, ...rest] = samples;
  const points = new EnvelopePoints(first!.deviceS, first!.arrivalS);
  for (const { deviceS, arrivalS } of rest) points.push(deviceS, arrivalS);
  return points;
}

/** Per bin the sample that is nearest above the envelope, as an edge above the true offset. */
function upperEdges(samples: readonly SeenSample[], envelope: Envelope): EdgePoint[] {
  const least = new Map<number, EdgePoint>();
  for (const { deviceS, arrivalS } of samples) {
    const mostS = arrivalS - deviceS - envelope.offsetS(deviceS);
    const bin = Math.floor(deviceS / BIN_S);
    if (mostS < (least.get(bin)?.mostS ?? Infinity)) least.set(bin, { atS: deviceS, mostS, leastS: -Infinity });
  }
  return [...least.values()];
}

function lowerEdge(envelope: Envelope): (reading: ClockReading) => EdgePoint {
  return ({ t2S, leastS }) => ({ atS: t2S, mostS: Infinity, leastS: leastS - envelope.offsetS(t2S) });
}

/** The median of the middles, so that the shape stays as it was fitted. */
function middleOf(points: readonly EdgePoint[]): number {
  const middles = points.map(({ mostS, leastS }) => (mostS + leastS) / 2).sort((a, b) => a - b);
  return middles[middles.length >> 1]!;
}

/** Edges that contradict each other a little leave the place between them just the same. */
function clamped(placeS: number, { mostS, leastS }: EdgePoint): number {
  return Math.min(Math.max(placeS, Math.min(leastS, mostS)), Math.max(leastS, mostS));
}

function widest(boundS: (deviceS: number) => number | null, fromDeviceS: number, spanS: number): number {
  let most = boundS(fromDeviceS + spanS)!;
  for (let x = 0; x < spanS; x += LOOK_S) most = Math.max(most, boundS(fromDeviceS + x)!);
  return most;
}
