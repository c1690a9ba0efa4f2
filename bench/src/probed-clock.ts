import { ClockModel, DelayModel, probeSession, type LinkName } from "@polychron/sync/link-model";
import type { LongClock } from "./long-session.js";

const BLOCK_ROWS = 4096;

/** The clock of a phone, asked over a link for all of a session as the hub asks it: eight questions every 2.5 s. */
export function probedClock(link: LinkName, seed: number, durationS: number): LongClock {
  const model = new ClockModel("phone", seed);
  const deviceS = (sessionS: number): number => sessionS + model.thetaS(sessionS);
  return { deviceS, exchanges: () => exchangeBlocks(link, seed, { model, durationS }) };
}

function* exchangeBlocks(
  link: LinkName,
  seed: number,
  { model, durationS }: { readonly model: ClockModel; readonly durationS: number },
): Iterable<Float64Array[]> {
  const bursts = probeSession({ seed, clock: model, link: new DelayModel(link, seed), endS: durationS }).flat();
  for (let from = 0; from < bursts.length; from += BLOCK_ROWS) {
    const block = bursts.slice(from, from + BLOCK_ROWS);
    const column = (value: (exchange: (typeof block)[number]) => number): Float64Array =>
      Float64Array.from(block, value);
    yield [
      column(({ t1S }) => t1S),
      column(({ t2S }) => t2S),
      column(({ t3S }) => t3S),
      column(({ t4S }) => t4S),
      column(() => seed),
      column(() => 1e-6),
    ];
  }
}
