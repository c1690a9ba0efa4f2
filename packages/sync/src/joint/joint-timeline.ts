import { placedBy, runningAt, type PlacedEpoch } from "../epoch-choice.js";
import { beatNote, type Timeline } from "../timeline.js";
import { OPEN_S, type EpochSource } from "./epoch-split.js";
import type { JointEpoch } from "./joint-epoch.js";

const NOTE =
  "Against the hub's clock, latency included: a sample was taken before it arrived, and a clock was read after it was asked. It holds however long each way took.";
const STEP_NOTE =
  " The device's clock jumped: just before a jump it is open whether a sample came before it or after it.";
const UNREAD_NOTE =
  " One run of the device's clock was too short to be read: its times are late by the whole latency of the link.";

/** An epoch with what it was fitted to. */
export interface FittedSource extends EpochSource {
  readonly fitted: JointEpoch;
}

/** The span of session time in which it is open on which side of a jump a sample lies, and how far the jump was. */
interface OpenSpan {
  readonly fromS: number;
  readonly toS: number;
  readonly jumpS: number;
}

/** The timeline of a device that was asked for its clock while it streamed; at least one epoch. */
export function jointTimeline(sources: readonly FittedSource[]): Timeline {
  const epochs = sources.map(({ fitted }) => fitted);
  const open = openSpans(sources);
  const starts = sources.map(startOf);
  const jumpS = (index: number): number => Math.abs(open[index]?.jumpS ?? 0);
  const own = epochs.map(({ widestS }, index) => (widestS === null ? null : widestS + jumpS(index) + jumpS(index - 1)));
  const boundAtS = (sessionS: number): number => {
    const epoch = epochs[runningAt(starts, sessionS)]!;
    const openS = open.map((span) => (span !== undefined && isWithin(span, sessionS) ? Math.abs(span.jumpS) : 0));
    return (epoch.boundS(deviceTime(epoch, sessionS)) ?? Infinity) + openS.reduce((sum, jumpS) => sum + jumpS, 0);
  };
  const isKnown = !own.includes(null);
  return {
    method: "joint",
    boundS: isKnown ? Math.max(...(own as number[])) : null,
    boundNote: note(
      epochs,
      open.some((span) => span !== undefined),
      isKnown,
    ),
    epochs: epochs.map(({ observations, ratePpm }, index) => ({
      ...{
        fromDeviceS: starts[index]!.fromDeviceS,
        fromArrivalS: starts[index]!.fromArrivalS,
        observations,
        ratePpm,
        boundS: own[index]!,
      },
    })),
    toSessionS: placedBy(starts),
    ...(isKnown && { boundAtS }),
  };
}

function note(epochs: readonly JointEpoch[], hasStep: boolean, isKnown: boolean): string {
  const beat = beatNote(Math.max(...epochs.map(({ beatS }) => beatS)));
  return NOTE + beat + (hasStep ? STEP_NOTE : "") + (isKnown ? "" : UNREAD_NOTE);
}

/** An epoch reaches to the jump, what was left out of its fit included. */
function startOf({ samples, fitted }: FittedSource): PlacedEpoch {
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const spanS = last.deviceS - first.deviceS;
  return { fromDeviceS: first.deviceS, fromArrivalS: first.arrivalS, spanS, offsetS: fitted.offsetS };
}

/** Per epoch, the jump that ends it; undefined where none does. */
function openSpans(sources: readonly FittedSource[]): (OpenSpan | undefined)[] {
  return sources.map(({ samples, fitted }, index) => {
    const next = sources[index + 1];
    if (next?.beginsWithStep !== true) return undefined;
    const { deviceS, arrivalS } = next.samples[0]!;
    const jumpS = next.fitted.offsetS(deviceS) - fitted.offsetS(deviceS);
    return { fromS: Math.min(samples.at(-1)!.arrivalS, arrivalS - OPEN_S), toS: arrivalS + OPEN_S, jumpS };
  });
}

function isWithin({ fromS, toS }: OpenSpan, sessionS: number): boolean {
  return sessionS >= fromS && sessionS <= toS;
}

/** The offset hardly changes over it: one step is exact enough for a bound. */
function deviceTime({ fromDeviceS, offsetS }: JointEpoch, sessionS: number): number {
  return sessionS - offsetS(sessionS - offsetS(fromDeviceS));
}
