import { surveyClock, type StreamTable, type TimedSession } from "@polychron/processing/timed";
import type { SessionReader } from "@polychron/session/store";
import type { ClockTruth } from "./clock-truth.js";
import { ErrorTally } from "./error-tally.js";
import { LiveReplay } from "./live-replay.js";
import { holds, type DeviceAlignment } from "./device-alignment.js";

/** A finished session in two readings. */
export interface SessionToJudge {
  readonly reader: SessionReader;
  readonly timed: TimedSession;
}

/** Nobody can know of a leap before it is seen: until then the live estimate is not judged. A small one takes three bursts. */
const LIVE_BLIND_S = 12;
/** Between the last burst before a leap and the first behind it nothing tells when it was. */
const POST_BLIND_S = 2.6;

/** The times of a phone against the truth about its clock. Throws as `SessionReader.probes` and `StreamTable.rows`. */
export async function judgeAlignment(
  device: string,
  truth: ClockTruth,
  session: SessionToJudge,
): Promise<DeviceAlignment> {
  const judge = new AlignmentJudge(truth, session.reader.metadata.clock.epochs[0]?.monotonic_zero_us ?? 0);
  await judgeLive(device, session.reader, judge);
  await judgePost(device, session, judge);
  const [live, post] = [judge.live.report, judge.post.report];
  const known = { device, truth: "emulator", drift_ppm: truth.driftPpm } as const;
  return { ...known, live, post, not_judged: judge.notJudged, ok: holds(live) && holds(post) };
}

async function judgeLive(device: string, reader: SessionReader, judge: AlignmentJudge): Promise<void> {
  const replay = new LiveReplay((atS, { thetaS, bound99S }) => judge.takeLive(atS, thetaS, bound99S));
  for await (const { count, t1, t2, t3, t4, clockId, quantS } of reader.probes(device)) {
    for (let row = 0; row < count; row++) {
      if (Number.isNaN(t4[row]!)) continue;
      const times = { t1S: t1[row]!, t2S: t2[row]!, t3S: t3[row]!, t4S: t4[row]! };
      replay.push({ ...times, clockId: String(clockId[row]!), quantS: quantS[row]! });
    }
  }
}

async function judgePost(device: string, { reader, timed }: SessionToJudge, judge: AlignmentJudge): Promise<void> {
  const clock = await surveyClock(reader, device);
  for (const stream of timed.streams.filter(({ deviceId }) => deviceId === device))
    await judgeStream(stream, clock?.timeline.boundAtS, judge);
}

/** By the bound that is stated for the time of each sample, or for the whole stream where only that is. */
async function judgeStream(
  { columns: heads, timeline, rows }: StreamTable,
  boundAtS: ((atS: number) => number) | undefined,
  judge: AlignmentJudge,
): Promise<void> {
  const names = heads.map(({ name }) => name);
  const [timeAt, deviceAt] = [names.indexOf("t_s"), names.indexOf("device_time_s")];
  const byTime = timeline.method === "two_way" ? boundAtS : undefined;
  for await (const { count, columns } of rows()) {
    for (let row = 0; row < count; row++) {
      const atS = columns[timeAt]![row]!;
      const boundS = byTime?.(atS) ?? timeline.boundS ?? Number.NaN;
      judge.takePost(atS, columns[deviceAt]![row]!, boundS);
    }
  }
}

/** Compares one time after the other; session seconds. */
class AlignmentJudge {
  readonly live = new ErrorTally();
  readonly post = new ErrorTally();
  notJudged = 0;
  readonly #truth: ClockTruth;
  readonly #zeroUs: number;
  readonly #leapsS: readonly number[];

  constructor(truth: ClockTruth, zeroUs: number) {
    this.#truth = truth;
    this.#zeroUs = zeroUs;
    this.#leapsS = truth.leaps.map(({ atUs }) => (atUs - zeroUs) / 1e6);
  }

  takeLive(atS: number, thetaS: number, boundS: number): void {
    const trueS = this.#truth.thetaS(this.#zeroUs + atS * 1e6);
    const isBlind = this.#leapsS.some((leapS) => atS >= leapS && atS < leapS + LIVE_BLIND_S);
    if (trueS === undefined || isBlind) this.notJudged += 1;
    // The device's times are session seconds plus theta here, hub seconds plus theta in the truth.
    else this.live.add(thetaS - this.#zeroUs / 1e6 - trueS, boundS);
  }

  takePost(atS: number, deviceS: number, boundS: number): void {
    const trueUs = this.#truth.hubUs(deviceS, this.#zeroUs + atS * 1e6);
    const isBlind = this.#leapsS.some((leapS) => Math.abs(atS - leapS) < POST_BLIND_S);
    if (trueUs === undefined || isBlind) this.notJudged += 1;
    else this.post.add(atS - (trueUs - this.#zeroUs) / 1e6, boundS);
  }
}
