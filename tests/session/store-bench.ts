import { SampleEncoder } from "@polychron/session/format";
import { hubUs, utcUs, type Clock, type SampleBlock, type StreamInfo } from "@polychron/session/model";
import {
  ManualTimers,
  MemoryFiles,
  SessionStore,
  type FileSystem,
  type NewDevice,
  type SessionStoreOptions,
} from "@polychron/session/store";

/** A clock that stands until it is moved: 2025-07-31 14:30:22.123456 in UTC+2. */
export class HandClock implements Clock {
  us = 5_000_000;
  utc = Date.UTC(2025, 6, 31, 12, 30, 22) * 1000 + 123_456;
  bootId = "boot-1";

  nowUs = (): ReturnType<Clock["nowUs"]> => hubUs(this.us);
  utcUs = (): ReturnType<Clock["utcUs"]> => utcUs(this.utc);
  zoneOffsetMin = (): number => 120;

  advance(us: number): void {
    this.us += us;
    this.utc += us;
  }
}

/** A store over memory, with clock and timers in the hand of the test. */
export interface Workbench {
  readonly memory: MemoryFiles;
  readonly clock: HandClock;
  readonly timers: ManualTimers;
  readonly faults: unknown[];
  open(files?: FileSystem, options?: Partial<SessionStoreOptions>): Promise<SessionStore>;
}

export function workbench(memory: MemoryFiles = new MemoryFiles("/rec")): Workbench {
  const clock = new HandClock();
  const timers = new ManualTimers();
  const faults: unknown[] = [];
  return {
    memory,
    clock,
    timers,
    faults,
    open: (files = memory, options = {}) =>
      SessionStore.open({
        ...{ folder: "/rec", files, clock, timers, software: { name: "polychron", version: "0.1.0" } },
        onFault: (error) => faults.push(error),
        ...options,
      }),
  };
}

export const SHIMMER: NewDevice = {
  device_type: "shimmer_gsr",
  capabilities: ["gsr_data"],
  status: "armed",
  settings: { rateHz: 128 },
  calibration: null,
  firmware: "LogAndStream 0.16.0",
  simulated: true,
};

export const GSR: StreamInfo = {
  fileType: "gsr",
  folder: "sensor_data",
  nominalRateHz: 128,
  clock: { name: "shimmer_ticks", quantS: 1 / 32768, twoWay: false },
  channels: [
    { name: "gsr_counts", unit: "counts", kind: "raw", description: "Converter value" },
    {
      name: "gsr_uS",
      unit: "µS",
      kind: "calibrated",
      description: "Skin conductance",
      formula: { id: "gsr", from: ["gsr_counts"], constants: { r: 40.2 } },
    },
  ],
};

export const NEW_STREAM = {
  deviceId: "shimmer_3a5f",
  info: GSR,
  driver: "shimmer 0.1.0",
  firmware: "LogAndStream 0.16.0",
};

/** `count` samples from number `firstSeq` on, 128 a second, the first arriving at `fromUs`. */
export function gsrBlock(firstSeq: number, count: number, fromUs: number): SampleBlock {
  const at = (step: (i: number) => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => step(firstSeq + i));
  return {
    fileType: "gsr",
    firstSeq,
    count,
    deviceTimeS: at((seq) => seq / 128),
    arrivalUs: Float64Array.from({ length: count }, (_, i) => fromUs + (i * 1e6) / 128),
    channels: [at((seq) => 2000 + (seq % 50)), at((seq) => 1 / (seq + 3))],
  };
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Blocks as the lines of a data file. */
export function linesOf(blocks: readonly SampleBlock[], monotonicZeroUs = 0): Buffer {
  const encoder = new SampleEncoder(monotonicZeroUs);
  for (const block of blocks) encoder.push(block);
  return Buffer.concat([...encoder.take()].map(({ bytes }) => bytes));
}
