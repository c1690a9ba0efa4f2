import { StreamDecoder, type CrcBytes } from "@polychron/devices";
import type { SampleBlock } from "@polychron/session/model";

/** A stream to decode: what the device is, what it sends, and how. */
export interface Coding {
  readonly ids: readonly number[];
  /** 3 when absent. */
  readonly hardware?: 3 | 10;
  readonly stepTicks?: number;
  readonly crcBytes?: CrcBytes;
  /** Setup bytes of the inquiry; expansion power on and automatic GSR range when absent. */
  readonly setup?: readonly number[];
  readonly firmware?: readonly [major: number, minor: number, internal: number];
}

/** One decoded sample: its number, unwrapped ticks, and every column by name. */
export interface Row {
  readonly seq: number;
  readonly ticks: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A decoder and everything that came out of it. */
export class Decoding {
  readonly decoder: StreamDecoder;
  readonly blocks: SampleBlock[] = [];
  readonly gaps: { readonly fromSeq: number; readonly toSeq: number; readonly cause: string }[] = [];

  constructor({ ids, hardware = 3, stepTicks = 640, crcBytes = 0, setup, firmware = [1, 1, 2] }: Coding) {
    const standard = hardware === 3 ? [0x50, 0x9b, 0x39, 0x09] : [0x50, 0, 0x02, 0x09, 0, 0, 0];
    const [major, minor, internal] = firmware;
    this.decoder = new StreamDecoder({
      inquiry: Uint8Array.of(stepTicks & 0xff, stepTicks >> 8, ...(setup ?? standard), ids.length, 1, ...ids),
      facts: {
        hardware,
        firmware: { id: 3, major, minor, internal },
        mac: "000666000000",
        board: { id: 48, revision: 5, special: 0 },
        calibration: undefined,
      },
      crcBytes,
      onBlock: (block) => this.blocks.push(block),
      onGap: (gap) => this.gaps.push(gap),
    });
  }

  /** Everything decoded so far, sample by sample. */
  get rows(): Row[] {
    const names = this.decoder.plan.info.channels.map(({ name }) => name);
    return this.blocks.flatMap((block) =>
      Array.from({ length: block.count }, (_, row) => ({
        seq: block.firstSeq + row,
        ticks: Math.round(block.deviceTimeS[row]! * 32_768),
        values: Object.fromEntries(names.map((name, column) => [name, block.channels[column]![row]!])),
      })),
    );
  }

  /** Pushes chunks as they would arrive at the stream's own pace, and ends the stream. */
  feed(...chunks: readonly Uint8Array[]): this {
    for (const chunk of chunks) this.decoder.push(chunk, 0);
    this.decoder.end(0);
    return this;
  }
}
