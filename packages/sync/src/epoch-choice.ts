/** A sample that arrives further from where an epoch puts it is of another one, seconds. */
const FOREIGN_S = 1;

/** Of every tenth of a second one sample is observed, or one of every block. */
const UNSEEN_S = 0.2;
/** An envelope is this near to the least latency. */
const SLACK_S = 1e-3;

/** One epoch of a device clock with its place on session time. */
export interface PlacedEpoch {
  /** Device clock and session time of arrival of its first observation, seconds. */
  readonly fromDeviceS: number;
  readonly fromArrivalS: number;
  /** From its first observation to its last, device seconds. */
  readonly spanS: number;
  /** Session seconds to add to a device time. */
  offsetS(deviceS: number): number;
}

/** Session seconds of a sample by the epoch it belongs to: never later than its arrival; without device time, its arrival. */
export function placedBy(epochs: readonly PlacedEpoch[]): (deviceS: number, arrivalS: number) => number {
  return (deviceS, arrivalS) => {
    if (Number.isNaN(deviceS)) return arrivalS;
    const epoch = epochs.length === 1 ? epochs[0]! : epochFor(epochs, deviceS, arrivalS);
    const timeS = deviceS + epoch.offsetS(deviceS);
    return timeS > arrivalS ? arrivalS : timeS;
  };
}

/** The number of the epoch that was running at a session time; the first one before all. */
export function runningAt(epochs: readonly PlacedEpoch[], sessionS: number): number {
  let running = 0;
  while (running + 1 < epochs.length && epochs[running + 1]!.fromArrivalS <= sessionS) running++;
  return running;
}

/** The epoch that was running when the sample arrived, or its neighbour where only that one explains the arrival. */
function epochFor(epochs: readonly PlacedEpoch[], deviceS: number, arrivalS: number): PlacedEpoch {
  if (Number.isNaN(arrivalS)) return epochOfDeviceTime(epochs, deviceS);
  const running = runningAt(epochs, arrivalS);
  const late = (epoch: PlacedEpoch): number => arrivalS - deviceS - epoch.offsetS(deviceS);
  const [own, next] = [epochs[running]!, epochs[running + 1]];
  // Few samples are observed: the next epoch may have begun a little before the first that was.
  if (next !== undefined && arrivalS > next.fromArrivalS - UNSEEN_S && isSooner(late(next), late(own))) return next;
  let best = own;
  if (Math.abs(late(best)) <= FOREIGN_S) return best;
  for (const neighbour of [epochs[running - 1], next])
    if (neighbour !== undefined && Math.abs(late(neighbour)) < Math.abs(late(best))) best = neighbour;
  return best;
}

/** Explains an arrival that the other one makes later, or impossible. */
function isSooner(lateS: number, otherS: number): boolean {
  return lateS >= -SLACK_S && (lateS < otherS || otherS < -SLACK_S);
}

/** Without an arrival: the epoch whose span of device time lies nearest. */
function epochOfDeviceTime(epochs: readonly PlacedEpoch[], deviceS: number): PlacedEpoch {
  const awayS = ({ fromDeviceS, spanS }: PlacedEpoch): number =>
    Math.max(0, fromDeviceS - deviceS, deviceS - fromDeviceS - spanS);
  return epochs.reduce((best, epoch) => (awayS(epoch) < awayS(best) ? epoch : best));
}
