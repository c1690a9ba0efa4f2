import {
  parsePhoneFault,
  PhoneBrain,
  PhoneDriver,
  type DriverNotice,
  type PhoneTruth,
  type TruePhoneSample,
} from "@polychron/devices";
import type { JsonObject, SampleBlock } from "@polychron/session/model";
import { HandTime } from "../hand-time.js";
import { MemoryLink } from "./memory-link.js";
import { MemoryPhone } from "./memory-phone.js";

const never = new AbortController().signal;

/** One sample as it was delivered or made, in the same words. */
export type SampleWords = readonly [stream: string, seq: number, deviceTimeS: number, ...values: (number | null)[]];

/** A driver and an emulated phone on a network in memory, with all that was said and all that was true. */
export class PhoneBench {
  readonly time = new HandTime();
  readonly link = new MemoryLink(this.time);
  readonly phone = new MemoryPhone(this.time);
  readonly blocks: SampleBlock[] = [];
  readonly notices: DriverNotice[] = [];
  readonly truth: PhoneTruth[] = [];
  readonly troubles: string[] = [];
  /** Whether there is a log for what the phone reports. */
  keepsEvents = true;
  readonly brain: PhoneBrain;
  driver: PhoneDriver;
  readonly #makeDriver: () => PhoneDriver;

  constructor(
    options: {
      readonly faults?: readonly string[];
      readonly settings?: JsonObject;
      readonly keepSamples?: number;
    } = {},
  ) {
    const { faults = [], settings = {}, keepSamples } = options;
    const ports = { clock: this.time, timers: this.time };
    const sink = {
      onBlock: (block: SampleBlock) => void this.blocks.push(block),
      onNotice: (notice: DriverNotice) => {
        this.notices.push(notice);
        if (notice.kind === "event" && this.keepsEvents) notice.keep(Promise.resolve());
      },
    };
    this.brain = new PhoneBrain({
      ...ports,
      ...{ wire: this.link, video: this.phone, storage: this.phone, uploader: this.phone },
      ...{ seed: 3, driftPpm: 40, faults: faults.map(parsePhoneFault), ...(keepSamples && { keepSamples }) },
      onTruth: (truth) => void this.truth.push(truth),
      onTrouble: (what, thrown) => void this.troubles.push(`${what}: ${describe(thrown)}`),
    });
    this.link.brain = this.brain;
    this.#makeDriver = () => new PhoneDriver({ ...ports, link: this.link, sink, settings });
    this.driver = this.#makeDriver();
  }

  async arm(): Promise<this> {
    this.brain.start();
    await this.settle(this.driver.connect(never));
    await this.settle(this.driver.arm(never));
    return this;
  }

  /** A hub that knows nothing of the last one takes its place: the phone comes to it with a hello. */
  async otherHub(): Promise<PhoneDriver> {
    await this.settle(this.driver.close());
    this.link.cut();
    await this.time.pass(100);
    this.driver = this.#makeDriver();
    await this.settle(this.driver.connect(never));
    await this.settle(this.driver.arm(never));
    return this.driver;
  }

  /** Lets time pass until a promise is settled. */
  async settle<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false;
    const marked = work.finally(() => (isDone = true));
    marked.catch(() => undefined);
    while (!isDone) await this.time.pass(10);
    return marked;
  }

  async close(): Promise<void> {
    await this.settle(this.driver.close());
    await this.settle(this.brain.close());
  }

  of<Kind extends DriverNotice["kind"]>(kind: Kind): Extract<DriverNotice, { kind: Kind }>[] {
    return this.notices.filter((notice): notice is Extract<DriverNotice, { kind: Kind }> => notice.kind === kind);
  }

  get phases(): string[] {
    return this.of("phase").map(({ phase }) => phase);
  }

  get faultCodes(): string[] {
    return this.of("fault").map(({ error }) => error.code);
  }

  /** What the phone was told under one name. */
  told(name: string): unknown[] {
    return this.link.heard.filter((word) => word.name === name).map(({ value }) => value);
  }

  delivered(stream: string): SampleWords[] {
    const blocks = this.blocks.filter(({ fileType }) => fileType === stream);
    return blocks.flatMap((block) =>
      Array.from({ length: block.count }, (_, row): SampleWords => {
        const values = block.channels.map((column, at) => (block.missing?.[at]?.[row] ? null : column[row]!));
        return [stream, block.firstSeq + row, block.deviceTimeS[row]!, ...values];
      }),
    );
  }

  /** What the phone made from one of its starts on. */
  made(stream: string, boot = 0): SampleWords[] {
    const isIt = (sample: TruePhoneSample): boolean => sample.stream === stream && sample.boot === boot;
    return this.truth.flatMap((truth) =>
      "sample" in truth && isIt(truth.sample)
        ? [[stream, truth.sample.seq, truth.sample.deviceTimeS, ...truth.sample.values]]
        : [],
    );
  }
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : JSON.stringify(thrown);
}
