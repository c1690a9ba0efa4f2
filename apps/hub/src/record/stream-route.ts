import type { SampleBlock } from "@polychron/session/model";
import type { StreamWriter } from "@polychron/session/store";
import type { LiveDevice, LiveStream } from "./live-device.js";
import { StreamCut, type CutCounts } from "./stream-cut.js";

/** Told where samples are missing, by the device's own numbering. */
export type GapListener = (
  route: StreamRoute,
  gap: { fromSeq: number; toSeq: number; deviceTimeS: number; atUs: number },
) => void;

/** From one running stream through the recording's cut to its file. */
export class StreamRoute {
  readonly device: LiveDevice;
  readonly stream: LiveStream;
  readonly writer: StreamWriter;
  readonly #cut: StreamCut;
  readonly #onGap: GapListener;

  constructor(
    source: { device: LiveDevice; stream: LiveStream },
    writer: StreamWriter,
    startUs: number,
    onGap: GapListener,
  ) {
    this.device = source.device;
    this.stream = source.stream;
    this.writer = writer;
    this.#onGap = onGap;
    const { info, clock } = source.stream;
    this.#cut = new StreamCut({ startUs, nominalRateHz: info.nominalRateHz }, clock.hubUs);
  }

  /** Blocks that arrived while the file was being opened come from the ring; no sample is missed, none comes twice. */
  replay(): void {
    for (const block of this.stream.ring.from(() => true)) this.push(block);
  }

  push(block: SampleBlock): void {
    const { kept, gap } = this.#cut.push(block);
    if (kept === undefined) return;
    const deviceTimeS = kept.deviceTimeS[0]!;
    if (gap !== undefined) this.#onGap(this, { ...gap, deviceTimeS, atUs: this.stream.clock.hubUs(deviceTimeS) });
    // What the disk is too slow for is counted and reported by the writer itself.
    this.writer.append(kept);
  }

  stopAt(us: number): void {
    this.#cut.stopAt(us);
  }

  /** Nothing more can come: the stop was seen, the stream is irregular, or its device does not stream. */
  get isPast(): boolean {
    return this.#cut.isPast || this.stream.info.nominalRateHz === 0 || this.device.phase !== "armed";
  }

  get hasStarted(): boolean {
    return this.#cut.hasStarted;
  }

  counts(atUs: number): CutCounts & { readonly written: number } {
    return { ...this.#cut.counts(atUs), written: this.writer.written };
  }
}
