import type { ProbeFit } from "./probes/probe-fit.js";
import { arrivalTimeline, type Timeline, type TimelineEpoch } from "./timeline.js";

const NOTE =
  "Right in 99 of 100 cases, as long as the quickest way to the device and the quickest way back are at most three times as long as each other: how a round trip divides between them, no measurement can tell.";

/** The timeline of a device that answered probes: monotone inside an epoch of its clock, never joined over two. `arrival` without a single answer. */
export function probedTimeline(fit: ProbeFit): Timeline {
  const { largestBoundS, hubS, mappedBoundS } = fit;
  if (largestBoundS === undefined) return arrivalTimeline();
  // What is returned does not hold the fit: its list of bursts is a fifth of what it takes.
  return {
    method: "two_way",
    boundS: largestBoundS,
    boundNote: NOTE,
    epochs: timelineEpochs(fit),
    toSessionS: (deviceS, arrivalS) => placed(hubS, { deviceS, arrivalS, afterS: Number.NaN }),
    inOrder: () => {
      let afterS = Number.NaN;
      return (deviceS, arrivalS) => {
        const timeS = placed(hubS, { deviceS, arrivalS, afterS });
        if (!Number.isNaN(deviceS)) afterS = timeS;
        return timeS;
      };
    },
    boundAtS: (sessionS, arrivalS) => mappedBoundS(sessionS, arrivalS)!,
  };
}

interface Sample {
  readonly deviceS: number;
  readonly arrivalS: number;
  /** Session time of the sample before it in its stream; not a number where the order is not known. */
  readonly afterS: number;
}

/** Never later than its arrival; without device time, its arrival. */
function placed(hubS: ProbeFit["hubS"], { deviceS, arrivalS, afterS }: Sample): number {
  if (Number.isNaN(deviceS)) return arrivalS;
  const timeS = hubS(deviceS, arrivalS, afterS);
  return timeS > arrivalS ? arrivalS : timeS;
}

function timelineEpochs(fit: ProbeFit): TimelineEpoch[] {
  const largest = fit.epochs.map(() => 0);
  fit.bursts.forEach(({ epoch, atS }, index) => {
    // Between bursts as well: there it is widest, and there the instant of a jump is open.
    const betweenS = (atS + (fit.bursts[index + 1]?.atS ?? atS)) / 2;
    largest[epoch] = Math.max(largest[epoch]!, fit.mappedBoundS(atS)!, fit.mappedBoundS(betweenS)!);
  });
  return fit.epochs.map(({ fromS, bursts, driftPpm }, index) => ({
    fromDeviceS: fromS + fit.estimate(fromS)!.thetaS,
    fromArrivalS: fromS,
    observations: bursts,
    ratePpm: (1 / (1 + driftPpm / 1e6) - 1) * 1e6,
    boundS: largest[index]!,
  }));
}
