import { PhoneBrain, PhoneDriver, type FileToUpload, type RunningVideo } from "@polychron/devices";
import type { Family } from "../../../apps/hub/src/record/device-registry.js";
import type { HandTime } from "../../devices/hand-time.js";
import { MemoryLink } from "../../devices/phone/memory-link.js";
import { MemoryPhone } from "../../devices/phone/memory-phone.js";
import { HubBench, type BenchOptions } from "../hub-bench.js";

/** Where the phone is, and what the hub's book knows it by. */
const ADDRESS = "token-1";

/** A hub on the bench with one emulated phone on a network in memory; its uploads go through the hub's own door. */
export class PhoneOnBench {
  readonly bench: HubBench;
  readonly link: MemoryLink;
  readonly phone: MemoryPhone;
  readonly brain: PhoneBrain;
  /** The way to the door is blocked. */
  refuseUploads = false;
  device = "";
  #closingMs = 0;

  private constructor(bench: HubBench, link: MemoryLink, phone: MemoryPhone) {
    const { time } = bench;
    this.bench = bench;
    this.link = link;
    this.phone = phone;
    const video = { start: (name: string) => this.#film(name) };
    const ports = { clock: time, timers: time, wire: link, video, storage: phone };
    this.brain = new PhoneBrain({ ...ports, uploader: { send: (file) => this.#upload(file) }, seed: 3 });
    link.brain = this.brain;
  }

  /** A phone that is switched on, connected and known to the hub's clock. */
  static async open(options: BenchOptions = {}): Promise<PhoneOnBench> {
    const found: { link?: MemoryLink } = {};
    const families = ({ clock, timers }: Parameters<NonNullable<BenchOptions["families"]>>[0]): readonly Family[] => {
      const link = (found.link ??= new MemoryLink(timers as HandTime));
      const candidate = { family: "phone", address: ADDRESS, label: "Phone", simulated: true };
      return [
        {
          family: "phone",
          discover: () => Promise.resolve([candidate]),
          create: (_candidate, settings, sink) => new PhoneDriver({ link, sink, clock, timers, settings }),
        },
      ];
    };
    const bench = await HubBench.open({ devices: 1, ...options, families });
    const opened = new PhoneOnBench(bench, found.link!, new MemoryPhone(bench.time));
    opened.brain.start();
    await opened.connect();
    return opened;
  }

  /** Makes a device of the phone, for this run of the hub. */
  async connect(): Promise<void> {
    const answer = await this.bench.order({ kind: "connect_device", family: "phone", address: ADDRESS });
    this.device = String(answer["device"]);
    for (let probe = 0; probe < 8; probe++) {
      this.link.probe();
      await this.bench.time.pass(50);
    }
  }

  /** The network is gone, until `back`. */
  away(): void {
    this.link.close();
  }

  async back(): Promise<void> {
    this.link.open();
    await this.bench.time.pass(1_000);
  }

  /** Its camera takes so long to close a file. */
  slowVideo(closingMs: number): void {
    this.#closingMs = closingMs;
  }

  /** The values of every order or notice of this name that the phone has heard. */
  heard(name: string): Record<string, unknown>[] {
    return this.link.heard.filter((word) => word.name === name).map(({ value }) => value as Record<string, unknown>);
  }

  /** Starts a recording, lets it run, and stops it. */
  async record(session: string, ms: number): Promise<void> {
    await this.bench.order({ kind: "start_recording", session });
    await this.bench.time.pass(ms);
    await this.bench.order({ kind: "stop_recording", session });
  }

  async #film(name: string): Promise<RunningVideo> {
    const running = await this.phone.start(name);
    const closing = (): Promise<void> => new Promise((resolve) => this.bench.time.after(this.#closingMs, resolve));
    return { ...running, stop: () => closing().then(() => running.stop()) };
  }

  async #upload({ session, fileId, path }: FileToUpload): Promise<void> {
    if (this.refuseUploads) throw new Error("no way to the hub");
    const intake = await this.bench.hub.port.uploads.receive({ device: this.device, session, fileId });
    if (!("append" in intake)) return;
    await intake.append(intake.offset, chunkOf(this.phone.files.get(path)!, intake.offset));
  }
}

async function* chunkOf(text: string, offset: number): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(text).subarray(offset));
}
