import type { FirstKept } from "@polychron/devices";
import type { LiveDevice } from "./live-device.js";
import type { OwnFacts } from "./start-verdict.js";

/** What a device says of its own start, on the hub's clock; judged by the regular stream that began last. */
export function ownFacts(
  device: Pick<LiveDevice, "streams">,
  first: readonly FirstKept[],
  { startUs, nowUs }: { readonly startUs: number; readonly nowUs: number },
): OwnFacts {
  const kept = first.flatMap(({ fileType, deviceTimeS }) => {
    const stream = device.streams.find(({ info }) => info.fileType === fileType);
    if (stream === undefined || stream.info.nominalRateHz === 0) return [];
    const atUs = stream.clock.hubUs(deviceTimeS);
    return [{ atUs, skewS: Math.max(0, (atUs - startUs) / 1e6 - 1 / stream.info.nominalRateHz) }];
  });
  // One that keeps nothing but irregular streams, or only video, has begun when it says so.
  const firstUs = kept.length === 0 ? nowUs : Math.max(...kept.map(({ atUs }) => atUs));
  const skewS = kept.length === 0 ? null : Math.max(...kept.map((sample) => sample.skewS));
  return { firstUs, skewS, answeredUs: nowUs, code: null };
}
