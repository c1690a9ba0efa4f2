import type { StreamCounts } from "@polychron/session/format";
import { compareStream, type Comparison } from "./compare.js";
import type { Evidence } from "./evidence.js";
import type { SimulatedStream } from "./simulated-stream.js";
import { readTruth } from "./truth.js";

/** A stream of an emulated Shimmer: every recorded value is the one it made, and only what was ordered is missing. */
export async function judgeShimmer(
  truthPath: string,
  counts: StreamCounts,
  evidence: Evidence,
): Promise<SimulatedStream> {
  const { device, stream, expected, received, written } = counts;
  const compared = await compare(truthPath, counts, evidence);
  const lost = expected - written;
  const gapsLogged = evidence.gapsLogged(device, stream);
  return {
    ...{ device, stream, expected, received, written, lost },
    lost_by_order: compared.orderedLoss + compared.orderedTail,
    lost_without_order: compared.unorderedLoss,
    not_made: compared.notMade + compared.notMadeWhileOff,
    filled_later: 0,
    gaps_logged: gapsLogged,
    values_compared: compared.values,
    samples_altered: compared.altered,
    samples_invented: compared.invented,
    ok:
      isAsOrdered(compared, written) &&
      received === written &&
      gapsLogged === lost &&
      isLossKnown(compared, lost - counts.expected_extrapolated),
  };
}

/** Every sample on disk is one that was made, with its values, and none is missing that was not ordered to be. */
function isAsOrdered(compared: Comparison, written: number): boolean {
  const { matched, invented, altered, unorderedLoss } = compared;
  return written > 0 && matched === written && invented === 0 && altered === 0 && unorderedLoss === 0;
}

/** The hub's count of what is missing is exact, unless the counter began anew: then it is a bound. */
function isLossKnown({ orderedLoss, notMade, hasRestarted }: Comparison, lost: number): boolean {
  return hasRestarted ? lost >= orderedLoss + notMade : lost === orderedLoss + notMade;
}

async function compare(truthPath: string, counts: StreamCounts, evidence: Evidence): Promise<Comparison> {
  const stream = evidence.streamFile(counts.device, counts.stream)!;
  const nominalRateHz = stream.sidecar?.nominal_rate_hz ?? 0;
  return compareStream(
    { channels: stream.channels, nominalRateHz, silentTail: counts.expected_extrapolated },
    evidence.reader.blocks(stream),
    readTruth(truthPath),
  );
}
