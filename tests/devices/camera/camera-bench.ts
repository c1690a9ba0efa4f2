import { CameraDriver, type DriverNotice, type MediaFragment, type PreviewPicture } from "@polychron/devices";
import { utcUs, type JsonObject } from "@polychron/session/model";
import { HandTime, settled } from "../hand-time.js";
import { FakeCapture } from "./fake-capture.js";

const never = new AbortController().signal;
const UTC_AT_ZERO_US = 1_700_000_000_000_000;
const FORMATS = "[video4linux2,v4l2 @ 0x5] Compressed:       mjpeg :          Motion-JPEG : 640x480 1280x720\n";

/** A Linux camera behind a made-up capture program, with time moved by hand. */
export class CameraBench {
  readonly time = new HandTime();
  readonly notices: DriverNotice[] = [];
  readonly fragments: MediaFragment[] = [];
  readonly previews: PreviewPicture[] = [];
  readonly captures: FakeCapture[] = [];
  readonly driver: CameraDriver;
  /** How far the wall clock was set. */
  wallStepUs = 0;
  /** The clock by which the camera's driver in the system stamps frames. */
  driverStamps: "monotonic" | "wall" = "monotonic";
  answer = FORMATS;
  onSpawn: (capture: FakeCapture) => void = () => undefined;

  constructor(options: { readonly settings?: JsonObject; readonly simulated?: boolean } = {}) {
    const { settings = {}, simulated = false } = options;
    this.driver = new CameraDriver({
      ...{ address: "/dev/video0", simulated, ffmpegPath: "ffmpeg", platform: "linux", root: "/nowhere", settings },
      clock: {
        nowUs: () => this.time.nowUs(),
        utcUs: () => utcUs(UTC_AT_ZERO_US + this.time.nowUs() + this.wallStepUs),
      },
      timers: this.time,
      sink: {
        onBlock: () => undefined,
        onNotice: (notice) => void this.notices.push(notice),
        onFragment: (fragment) => void this.fragments.push(fragment),
        onPreview: (picture) => void this.previews.push(picture),
      },
      ask: (_program, args) => Promise.resolve(args[0] === "-version" ? "ffmpeg version 5.1.9 Copyright" : this.answer),
      spawn: (_program, args) => {
        const capture = new FakeCapture(args);
        this.captures.push(capture);
        this.onSpawn(capture);
        return capture.child;
      },
    });
  }

  get capture(): FakeCapture {
    return this.captures.at(-1)!;
  }

  /** What a program that stamps a frame now would write; `-itsoffset` is what it subtracts, `-ts` what it makes of the driver's stamps. */
  stampUs(): number {
    const [seconds, micros] = this.#argument("-itsoffset").slice(1).split(".");
    const isWall = this.driverStamps === "wall" || this.#argument("-ts") === "abs";
    const clockUs = this.time.nowUs() + (isWall ? UTC_AT_ZERO_US + this.wallStepUs : 0);
    return clockUs - (Number(seconds) * 1e6 + Number(micros));
  }

  #argument(option: string): string {
    return this.capture.args[this.capture.args.indexOf(option) + 1]!;
  }

  /** Connects, and arms with a first frame. */
  async arm(): Promise<this> {
    await this.settle(this.driver.connect(never));
    const arming = this.driver.arm(never);
    await this.pass(50);
    this.capture.announce(this.stampUs());
    await this.settle(arming);
    return this;
  }

  /** Frames at 10 Hz, announced one by one; they come as one cluster with those announced before. */
  async film(count: number): Promise<void> {
    for (let frame = 0; frame < count; frame++) {
      await this.pass(100);
      this.capture.announce(this.stampUs());
    }
    this.capture.deliver();
    await this.pass(1);
  }

  async settle<Value>(work: Promise<Value>): Promise<Value> {
    let isDone = false;
    const marked = work.finally(() => (isDone = true));
    marked.catch(() => undefined);
    while (!isDone) await this.pass(10);
    return marked;
  }

  async pass(ms: number): Promise<void> {
    await this.time.pass(ms);
    for (let turn = 0; turn < 5; turn++) await settled();
  }

  async close(): Promise<void> {
    await this.settle(this.driver.close());
  }

  get phases(): string[] {
    return this.notices.flatMap((notice) => (notice.kind === "phase" ? [notice.phase] : []));
  }

  get faultCodes(): string[] {
    return this.notices.flatMap((notice) => (notice.kind === "fault" ? [notice.error.code] : []));
  }

  kinds(): string[] {
    return this.notices.map((notice) => (notice.kind === "phase" ? notice.phase : notice.kind));
  }
}
