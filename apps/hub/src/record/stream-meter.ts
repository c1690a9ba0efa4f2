import type { StreamView } from "@polychron/protocol";
import type { SampleBlock, StreamInfo } from "@polychron/session/model";

/** The rate is measured over the last half to whole of this: long enough that the edges of two chunks do not show. */
const WINDOW_S = 10;

/** Longer than any Bluetooth link holds packets back. */
const SILENT_AFTER_US = 2e6;

/** A stretch of arrival over which samples are counted. */
interface Window {
  readonly startUs: number;
  samples: number;
}

/** What a stream does right now: rate, counts, newest values; constant work and memory per block. */
export class StreamMeter {
  readonly info: StreamInfo;
  readonly #last: (number | null)[];
  #received = 0;
  #lost = 0;
  #nextSeq = -1;
  /** The second window begins in the middle of the first and takes its place, so that the measure never starts from nothing. */
  #windows: readonly Window[] = [];
  #rateHz: number | null = null;
  #lastUs = Number.NaN;

  constructor(info: StreamInfo) {
    this.info = info;
    this.#last = info.channels.map(() => null);
  }

  push(block: SampleBlock): void {
    if (this.#nextSeq >= 0 && block.firstSeq > this.#nextSeq) this.#lost += block.firstSeq - this.#nextSeq;
    this.#nextSeq = block.firstSeq + block.count;
    this.#received += block.count;
    this.#measureRate(block);
    for (let channel = 0; channel < this.#last.length; channel++) {
      const value = block.channels[channel]![block.count - 1]!;
      this.#last[channel] = Number.isFinite(value) ? value : null;
    }
  }

  /** As of a hub time: a stream that has gone silent has no rate, whatever it was. */
  view(nowUs: number): StreamView {
    return {
      file_type: this.info.fileType,
      nominal_rate_hz: this.info.nominalRateHz,
      effective_rate_hz: this.#isSilent(nowUs) ? 0 : this.#rateHz,
      received: this.#received,
      lost: this.#lost,
      channels: this.info.channels.map(({ name, unit, kind }) => ({ name, unit, kind })),
      last: [...this.#last],
    };
  }

  #isSilent(nowUs: number): boolean {
    const periodUs = 1e6 / this.info.nominalRateHz;
    return nowUs - this.#lastUs > Math.max(SILENT_AFTER_US, 3 * periodUs);
  }

  /** Samples per second of arrival; behind a silence as long as a window, counting begins anew. */
  #measureRate(block: SampleBlock): void {
    const nowUs = block.arrivalUs[block.count - 1]!;
    this.#lastUs = nowUs;
    for (const window of this.#windows) window.samples += block.count;
    const [first, second] = this.#windows;
    if (first === undefined || ageS(first, nowUs) > 2 * WINDOW_S) this.#windows = [windowAt(nowUs)];
    else if (second === undefined && ageS(first, nowUs) >= WINDOW_S / 2) this.#windows = [first, windowAt(nowUs)];
    else if (second !== undefined && ageS(first, nowUs) >= WINDOW_S) this.#windows = [second, windowAt(nowUs)];
    const oldest = this.#windows[0]!;
    if (ageS(oldest, nowUs) >= 1) this.#rateHz = oldest.samples / ageS(oldest, nowUs);
  }
}

function windowAt(startUs: number): Window {
  return { startUs, samples: 0 };
}

function ageS(window: Window, nowUs: number): number {
  return (nowUs - window.startUs) / 1e6;
}
