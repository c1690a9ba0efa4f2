/** The link and clock models that the sync benchmark prescribes, from seeded random numbers only. */

/** A named stream of mulberry32 numbers in [0, 1). */
export class Random {
  #state: number;

  constructor(seed: number, stream: number) {
    let x = (Math.imul(seed, 0x9e3779b1) + Math.imul(stream, 0x85ebca77) + 0x165667b1) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    this.#state = x ^ (x >>> 16);
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  uniform(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  erlang2(mean: number): number {
    return this.exponential(mean) + this.exponential(mean);
  }

  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return radius * Math.cos(2 * Math.PI * this.next());
  }
}

/** Device clock minus hub clock, in seconds, at whole hub seconds; straight in between. */
export function phoneClock(seed: number, seconds: number, skewPpm: number): Float64Array {
  const random = new Random(seed, 1);
  const y0 = random.uniform(-1, 1) * skewPpm;
  const sign = random.next() < 0.5 ? 1 : -1;
  const warm = random.uniform(0.5, 2.5);
  const tau = random.uniform(300, 600);
  const theta = new Float64Array(seconds + 1);
  theta[0] = random.uniform(500, 5000);
  let ou = 0.15 * random.normal();
  let walk = 0;
  for (let i = 0; i < seconds; i++) {
    const ratePpm = y0 + sign * warm * (1 - Math.exp(-i / tau)) + ou + walk;
    theta[i + 1] = theta[i]! + ratePpm * 1e-6;
    ou = Math.exp(-1 / 120) * ou + 0.15 * Math.sqrt(1 - Math.exp(-2 / 120)) * random.normal();
    walk += 0.002 * random.normal();
  }
  return theta;
}

/** One one-way stream: true hub time, device stamp and arrival of each sample, seconds. */
export interface OneWayTrace {
  readonly hubS: Float64Array;
  readonly deviceS: Float64Array;
  readonly arrivalS: Float64Array;
}

const DURATION_S = 1200;

export function oneWayTrace(link: "ble" | "spp", seed: number, rateHz = 51.2): OneWayTrace {
  const theta = phoneClock(seed, DURATION_S + 2, 30);
  const thetaAt = (hubS: number) => {
    const i = Math.min(theta.length - 2, Math.floor(hubS));
    return theta[i]! + (theta[i + 1]! - theta[i]!) * (hubS - i);
  };
  const samples: { hubS: number; deviceS: number }[] = [];
  const first = 0.5 + thetaAt(0.5);
  for (let n = 0; ; n++) {
    const deviceS = first + n / rateHz;
    let hubS = deviceS - thetaAt(0.5);
    for (let i = 0; i < 4; i++) hubS = deviceS - thetaAt(Math.max(0, hubS));
    if (hubS > DURATION_S) break;
    samples.push({ hubS, deviceS: Math.floor(deviceS * 32768) / 32768 });
  }
  const leave = link === "ble" ? radioEvents(new Random(seed, 21)) : (hubS: number) => hubS;
  const delay = new Random(seed, 22);
  let lastArrivalS = 0;
  const arrivals = samples.map(({ hubS }) => {
    const usualMs = link === "ble" ? 1.5 + delay.erlang2(0.5) : 5 + delay.erlang2(4);
    const stalls = delay.next() < (link === "ble" ? 0.002 : 0.01);
    const stallMs = link === "ble" ? delay.uniform(20, 200) : delay.uniform(30, 300);
    lastArrivalS = Math.max(leave(hubS) + (usualMs + (stalls ? stallMs : 0)) / 1000, lastArrivalS + 20e-6);
    return lastArrivalS;
  });
  return {
    hubS: Float64Array.from(samples, (sample) => sample.hubS),
    deviceS: Float64Array.from(samples, (sample) => sample.deviceS),
    arrivalS: Float64Array.from(arrivals),
  };
}

/** Radio events every 30 ms, up to six samples in each. */
function radioEvents(random: Random): (hubS: number) => number {
  const periodS = 0.03;
  const phaseS = random.next() * periodS;
  let event = -1;
  let held = 0;
  return (hubS) => {
    const earliest = Math.ceil((hubS + 0.0005 - phaseS) / periodS);
    if (earliest > event) [event, held] = [earliest, 0];
    while (held >= 6 || random.next() < 0.04) [event, held] = [event + 1, 0];
    held++;
    return phaseS + event * periodS;
  };
}
