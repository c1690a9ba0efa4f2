import type { SampleBlock } from "@polychron/session/model";
import type { StreamWriter } from "@polychron/session/store";
import type { LiveDevice, LiveStream } from "./live-device.js";
import type { GapListener, Route } from "./route.js";
import { StreamCut, type CutCounts } from "./stream-cut.js";

/** From one running stream of samples through the recording's cut to its file. */
export class StreamRoute implements Route {
  readonly device: LiveDevice;
  readonly stream: LiveStream;
  readonly writer: StreamWriter;
  readonly #cut: StreamCut;
  readonly #onGap: GapListener;
  /** Ends what keeps a device from forgetting its samples before they are on the disk. */
  #letGo: (() => void) | undefined;
  #isSettled = false;

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
    const { recorder } = source.device.driver;
    if (recorder === undefined) return;
    this.#letGo = recorder.keep(info.fileType);
    writer.onSynced(() => recorder.acknowledge(info.fileType, writer.syncedSeq));
  }

  /** Blocks that arrived while the file was being opened come from the ring; no sample is missed, none comes twice. */
  replay(): void {
    for (const block of this.stream.ring.blocks()) this.push(block);
  }

  /** True if something of the block is kept. */
  push(block: SampleBlock): boolean {
    const { kept, gap } = this.#cut.push(block);
    if (kept === undefined) {
      this.#passOver(block);
      return false;
    }
    const deviceTimeS = kept.deviceTimeS[0]!;
    if (gap !== undefined) this.#onGap(this, { ...gap, deviceTimeS, atUs: this.stream.clock.hubUs(deviceTimeS) });
    // What the disk is too slow for is counted and reported by the writer itself.
    this.writer.append(kept);
    return true;
  }

  /** A block that came before its turn, and was not taken. */
  offer(block: SampleBlock): void {
    this.#cut.offer(block);
  }

  stopAt(us: number): void {
    this.#cut.stopAt(us);
  }

  settle(): Promise<void> {
    if (this.#isSettled) return Promise.resolve();
    this.#isSettled = true;
    this.#cut.end();
    const never = this.#cut.neverCame;
    if (never !== undefined) {
      const { fromSeq, toSeq, lastDeviceS, lastUs } = never;
      this.#onGap(this, { fromSeq, toSeq, deviceTimeS: lastDeviceS, atUs: lastUs, cause: "out_of_order" });
    }
    return Promise.resolve();
  }

  /** The recording is over, and all of it is on the disk or counted as lost. */
  release(): void {
    this.#letGo?.();
    this.#letGo = undefined;
  }

  get hasBegun(): boolean {
    return this.#cut.hasStarted;
  }

  /** The stop was seen, the stream is irregular, or its device does not stream, or not this stream any more. */
  get isPast(): boolean {
    const { info } = this.stream;
    const isLive = this.device.phase === "armed" && this.device.streams.includes(this.stream);
    return this.#cut.isPast || info.nominalRateHz === 0 || !isLive;
  }

  counts(atUs: number): CutCounts & { readonly written: number } {
    return { ...this.#cut.counts(atUs), written: this.writer.written };
  }

  /** Samples from before the start are not wanted: a device that keeps them until they are stored may forget them. */
  #passOver(block: SampleBlock): void {
    if (this.#cut.hasStarted) return;
    this.device.driver.recorder?.acknowledge(block.fileType, block.firstSeq + block.count);
  }
}
