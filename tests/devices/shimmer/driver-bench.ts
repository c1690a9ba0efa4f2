import {
  loopback,
  ShimmerDriver,
  ShimmerEmulator,
  type DriverNotice,
  type ShimmerEmulatorOptions,
  type Transport,
  type TrueSample,
} from "@polychron/devices";
import type { JsonObject, SampleBlock } from "@polychron/session/model";
import { HandTime } from "../hand-time.js";

const never = new AbortController().signal;
const COUNTER_TICKS = 2 ** 24;

/** One recorded sample: its number, unwrapped ticks, arrival and raw columns by name. */
export interface Recorded {
  readonly seq: number;
  readonly ticks: number;
  readonly arrivalUs: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A driver and an emulator on one in-memory pipe, with all that was said and all that was true. */
export class DriverBench {
  readonly time = new HandTime();
  readonly blocks: SampleBlock[] = [];
  readonly notices: DriverNotice[] = [];
  readonly truth: TrueSample[] = [];
  readonly transport: Transport;
  readonly driver: ShimmerDriver;
  readonly emulator: ShimmerEmulator;
  readonly port;

  /** `random` as the driver takes it: waits that are left to chance. */
  constructor(
    options: {
      readonly emulator?: Partial<ShimmerEmulatorOptions>;
      readonly settings?: JsonObject;
      readonly random?: () => number;
    } = {},
  ) {
    const { transport, port } = loopback(this.time, "bench");
    this.transport = transport;
    this.port = port;
    const ports = { clock: this.time, timers: this.time };
    const onTruth = (sample: TrueSample): void => void this.truth.push(sample);
    this.emulator = new ShimmerEmulator(port, { ...ports, seed: 4, onTruth, ...options.emulator });
    const sink = {
      onBlock: (block: SampleBlock) => void this.blocks.push(block),
      onNotice: (notice: DriverNotice) => void this.notices.push(notice),
    };
    const { settings = {}, random = () => 0.5 } = options;
    this.driver = new ShimmerDriver({ ...ports, transport, address: "bench", sink, settings, random, simulated: true });
  }

  /** Lets time pass until a promise of the driver is settled. */
  async settle<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false;
    const marked = work.finally(() => (isDone = true));
    marked.catch(() => undefined);
    while (!isDone) await this.time.pass(10);
    return marked;
  }

  async arm(): Promise<this> {
    await this.settle(this.driver.connect(never));
    await this.settle(this.driver.arm(never));
    return this;
  }

  async stop(): Promise<void> {
    await this.settle(this.driver.disarm(never));
    await this.settle(this.driver.close());
  }

  of<Kind extends DriverNotice["kind"]>(kind: Kind): Extract<DriverNotice, { kind: Kind }>[] {
    return this.notices.filter((notice): notice is Extract<DriverNotice, { kind: Kind }> => notice.kind === kind);
  }

  get faultCodes(): string[] {
    return this.of("fault").map(({ error }) => error.code);
  }

  get recorded(): Recorded[] {
    const names = this.driver.streams[0]!.channels.map(({ name }) => name);
    return this.blocks.flatMap((block) =>
      Array.from({ length: block.count }, (_, row) => ({
        seq: block.firstSeq + row,
        ticks: Math.round(block.deviceTimeS[row]! * 32_768),
        arrivalUs: block.arrivalUs[row]!,
        values: Object.fromEntries(names.map((name, column) => [name, block.channels[column]![row]!])),
      })),
    );
  }

  /** What the emulator sent whole and what was recorded, in the same words: ticks as the wire has them, raw columns. */
  compare(): { readonly sent: unknown[]; readonly recorded: unknown[] } {
    const raw = this.truth[0]!.names;
    return {
      sent: this.truth
        .filter(({ fate }) => fate === "sent")
        .map(({ ticks, words }) => [ticks % COUNTER_TICKS, ...words]),
      recorded: this.recorded.map(({ ticks, values }) => [ticks % COUNTER_TICKS, ...raw.map((name) => values[name])]),
    };
  }
}
