import { erlang2, stream, uniform, type Draw } from "./random.js";

/** Links that only bring samples: Bluetooth Low Energy with its radio schedule, and the serial port profile without one. */
export type OneWayLinkName = "ble" | "spp";

/** One one-way stream with its truth; one entry a sample, seconds. */
export interface OneWayTrace {
  /** True hub time of each sample. */
  readonly hubS: Float64Array;
  /** Its stamp by the device, as coarse as the device's counter. */
  readonly deviceS: Float64Array;
  /** Hub time of its arrival. */
  readonly arrivalS: Float64Array;
}

/** What a trace is made of. */
export interface OneWayTraceOptions {
  readonly link: OneWayLinkName;
  readonly seed: number;
  /** Device clock minus hub clock at a hub time, seconds. */
  readonly thetaS: (hubS: number) => number;
  /** Samples a device second; 51.2 when absent. */
  readonly rateHz?: number;
  /** 1200 when absent. */
  readonly durationS?: number;
}

/** The device's counter, ticks a second. */
const TICK_HZ = 32_768;
const FIRST_SAMPLE_S = 0.5;
const INVERSE_STEPS = 4;
/** Nothing overtakes: an arrival is at least so much later than the one before. */
const APART_S = 20e-6;
const RADIO = { intervalS: 0.03, readyS: 0.5e-3, skipShare: 0.04, mostSamples: 6 } as const;

/** A one-way stream over a link, from the seed alone (reference: clock synchronisation, section 6). */
export function oneWayTrace(options: OneWayTraceOptions): OneWayTrace {
  const { link, seed } = options;
  const samples = madeSamples(options);
  const leave = link === "ble" ? radioEvents(stream(seed, 21)) : (hubS: number) => hubS;
  const delayS = delays(link, stream(seed, 22));
  let lastS = 0;
  const arrivalS = samples.map(({ hubS }) => (lastS = Math.max(leave(hubS) + delayS(), lastS + APART_S)));
  return {
    hubS: Float64Array.from(samples, (sample) => sample.hubS),
    deviceS: Float64Array.from(samples, (sample) => sample.deviceS),
    arrivalS: Float64Array.from(arrivalS),
  };
}

function madeSamples(options: OneWayTraceOptions): { readonly hubS: number; readonly deviceS: number }[] {
  const { thetaS, rateHz = 51.2, durationS = 1200 } = options;
  const samples: { hubS: number; deviceS: number }[] = [];
  const firstThetaS = thetaS(FIRST_SAMPLE_S);
  for (let n = 0; ; n++) {
    const deviceS = FIRST_SAMPLE_S + firstThetaS + n / rateHz;
    let hubS = deviceS - firstThetaS;
    for (let step = 0; step < INVERSE_STEPS; step++) hubS = deviceS - thetaS(Math.max(0, hubS));
    if (hubS > durationS) return samples;
    samples.push({ hubS, deviceS: Math.floor(deviceS * TICK_HZ) / TICK_HZ });
  }
}

/** When a sample leaves: at the first radio event that is not skipped and has room. */
function radioEvents(draw: Draw): (hubS: number) => number {
  const phaseS = draw() * RADIO.intervalS;
  let event = -1;
  let held = 0;
  return (hubS) => {
    const earliest = Math.ceil((hubS + RADIO.readyS - phaseS) / RADIO.intervalS);
    if (earliest > event) [event, held] = [earliest, 0];
    while (held >= RADIO.mostSamples || draw() < RADIO.skipShare) [event, held] = [event + 1, 0];
    held += 1;
    return phaseS + event * RADIO.intervalS;
  };
}

/** Seconds on the way; the conditional value is drawn either way. */
function delays(link: OneWayLinkName, draw: Draw): () => number {
  const { baseMs, jitterMs, stallShare, stallMs } = DELAYS[link];
  return () => {
    const usualMs = baseMs + erlang2(draw, jitterMs);
    const isStalled = draw() < stallShare;
    const heldMs = uniform(draw, stallMs[0], stallMs[1]);
    return (usualMs + (isStalled ? heldMs : 0)) / 1000;
  };
}

const DELAYS = {
  ble: { baseMs: 1.5, jitterMs: 0.5, stallShare: 0.002, stallMs: [20, 200] },
  spp: { baseMs: 5, jitterMs: 4, stallShare: 0.01, stallMs: [30, 300] },
} as const;
