import type { FirstKept } from "@polychron/devices";
import type { SampleBlock } from "@polychron/session/model";
import type { LiveDevice, LiveStream } from "./live-device.js";

/** When a device was to begin, and when its answer came; hub microseconds. */
export interface StartAnswered {
  readonly startUs: number;
  readonly nowUs: number;
}

/** Beyond what the clock is known to, an answer is believed so far: a phone may have leapt a little, a link may be slow. */
const BESIDE_S = 1;
/** A stream may be sampled so much faster or slower than announced, and may have been at rest for so long. */
const RATE_FACTOR = 2;
const RATE_BESIDE_S = 2;
/** An irregular stream makes no more samples a second than this. */
const IRREGULAR_MAX_HZ = 1_000;

/**
 * What is wrong with a device's answer to a start; undefined for nothing. The stream must be one that it announced, the
 * time must lie between the start and now by the device's clock, the number must go with that time by what has arrived.
 */
export function faultOfStart(
  device: Pick<LiveDevice, "streams" | "driver">,
  first: readonly FirstKept[],
  when: StartAnswered,
): string | undefined {
  for (const kept of first) {
    const stream = device.streams.find(({ info }) => info.fileType === kept.fileType);
    const fault = stream === undefined ? faultOfName(device, kept) : faultOfSample(stream, kept, when);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** A stream that the hub does not want is recorded by the device all the same. */
function faultOfName({ driver, streams }: Pick<LiveDevice, "streams" | "driver">, kept: FirstKept): string | undefined {
  const { leaveOut } = driver.settings;
  const { fileType } = kept;
  if (Array.isArray(leaveOut) && leaveOut.includes(fileType)) return undefined;
  const announced = streams.map(({ info }) => info.fileType).join(", ");
  return `first: there is no stream ${fileType}, it announced ${announced}`;
}

function faultOfSample(stream: LiveStream, kept: FirstKept, when: StartAnswered): string | undefined {
  return faultOfTime(stream, kept, when) ?? faultOfNumber(stream, kept);
}

function faultOfTime({ clock }: LiveStream, kept: FirstKept, { startUs, nowUs }: StartAnswered): string | undefined {
  const { fileType, deviceTimeS } = kept;
  const atUs = clock.hubUs(deviceTimeS);
  // Of a clock of which nothing was heard yet nothing can be said.
  if (Number.isNaN(atUs)) return undefined;
  const besideUs = (BESIDE_S + (clock.view(nowUs)?.bound99_ms ?? 0) / 1e3) * 1e6;
  if (atUs < startUs - besideUs)
    return `first: ${fileType} at ${deviceTimeS} s is ${secondsText(startUs - atUs)} before the start`;
  if (atUs > nowUs + besideUs) return `first: ${fileType} at ${deviceTimeS} s is ${secondsText(atUs - nowUs)} ahead`;
  return undefined;
}

function faultOfNumber({ info, ring }: LiveStream, { fileType, seq, deviceTimeS }: FirstKept): string | undefined {
  const newest = lastOf(ring.blocks().at(-1));
  if (newest === undefined) return undefined;
  const rateHz = info.nominalRateHz > 0 ? RATE_FACTOR * info.nominalRateHz : IRREGULAR_MAX_HZ;
  const awayS = Math.abs(deviceTimeS - newest.deviceTimeS) + RATE_BESIDE_S;
  if (Math.abs(seq - newest.seq) <= rateHz * awayS) return undefined;
  return `first: ${fileType} cannot be at number ${seq}, for number ${newest.seq} was at ${newest.deviceTimeS} s`;
}

function lastOf(block: SampleBlock | undefined): Pick<FirstKept, "seq" | "deviceTimeS"> | undefined {
  if (block === undefined) return undefined;
  const last = block.count - 1;
  return { seq: block.firstSeq + last, deviceTimeS: block.deviceTimeS[last]! };
}

function secondsText(us: number): string {
  return `${(us / 1e6).toPrecision(3)} s`;
}
