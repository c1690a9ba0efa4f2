/** One column of a stream. */
export interface ChannelInfo {
  /** The column's name on disk and in exports: `quantity_unit` in ASCII, such as `gsr_uS`. */
  readonly name: string;
  /** The unit as a person writes it (`µS`, `counts`, `m/s²`); empty for a number without one. */
  readonly unit: string;
  readonly kind: "raw" | "calibrated";
  readonly description: string;
  /** The conversion that made a calibrated column from a raw one, so that it can be made again. */
  readonly formula?: {
    readonly id: string;
    readonly from: readonly string[];
    readonly constants: Readonly<Record<string, number | readonly number[]>>;
  };
}

/** What a device announces of one series of samples before the first of them. */
export interface StreamInfo {
  /** The series' file type: unique within the device, `[a-z0-9_]{1,40}`, such as `gsr`. */
  readonly fileType: string;
  /** The folder of its files under `devices/<id>/`. */
  readonly folder: "sensor_data" | "rgb_videos" | "thermal_videos" | "audio";
  /** As announced by the device, Hz; 0 = irregular. */
  readonly nominalRateHz: number;
  /**
   * The clock `deviceTimeS` was read from: a name, its resolution in seconds, and whether it answers probes. Of a stream that the
   * hub stamps itself also how far a stamp may be from the moment it is meant for, seconds; absent where nobody knows.
   */
  readonly clock: {
    readonly name: string;
    readonly quantS: number;
    readonly twoWay: boolean;
    readonly boundS?: number;
  };
  readonly channels: readonly ChannelInfo[];
  /**
   * One sample a frame of the video of this file type: sample number k is frame k of the file, counted from 0. Its rows
   * stand in `…_frames.csv` beside the video and are kept together with the video's fragments.
   */
  readonly isFrames?: true;
  /** The device keeps every sample until it was told that it is on the disk, and sends again what was not. */
  readonly isKeptByDevice?: true;
}

/**
 * Consecutive samples of one stream moved as one: n samples x m channels, one typed array (n long) per channel.
 * Sample numbers inside a block have no holes; a hole between two blocks is a loss the device's own numbering proves.
 */
export interface SampleBlock {
  readonly fileType: string;
  /** The device's own number of the first sample, counting what was lost as well. */
  readonly firstSeq: number;
  readonly count: number;
  /** Device clock, unwrapped, seconds. */
  readonly deviceTimeS: Float64Array;
  /** Hub microseconds at which the bytes of each sample arrived. */
  readonly arrivalUs: Float64Array;
  /** One array per channel, in the order of `StreamInfo.channels`. */
  readonly channels: readonly Float64Array[];
  /** Per channel, 1 where the device sent no value; absent when every value is there. */
  readonly missing?: readonly (Uint8Array | undefined)[];
}

/** Samples `from` (included) to `to` (excluded) of a block, as views on the same memory. */
export function sliceBlock(block: SampleBlock, from: number, to: number): SampleBlock {
  if (from === 0 && to === block.count) return block;
  return {
    fileType: block.fileType,
    firstSeq: block.firstSeq + from,
    count: to - from,
    deviceTimeS: block.deviceTimeS.subarray(from, to),
    arrivalUs: block.arrivalUs.subarray(from, to),
    channels: block.channels.map((column) => column.subarray(from, to)),
    ...(block.missing && { missing: block.missing.map((mask) => mask?.subarray(from, to)) }),
  };
}
