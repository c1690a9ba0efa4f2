import { loopback, ShimmerEmulator, type ShimmerEmulatorOptions, type TrueSample } from "@polychron/devices";
import { bytesOf, hexOf } from "../bytes.js";
import { HandTime } from "../hand-time.js";

/** An emulator on a bench: a host that speaks bytes, time moved by hand, and the truth of every sample. */
export class EmulatorBench {
  readonly time = new HandTime();
  readonly truth: TrueSample[] = [];
  readonly emulator: ShimmerEmulator;
  /** Everything the host has received, chunk by chunk. */
  readonly chunks: Uint8Array[] = [];
  readonly reasons: string[] = [];
  readonly #transport;

  private constructor(options: Partial<ShimmerEmulatorOptions>) {
    const { transport, port } = loopback(this.time);
    this.#transport = transport;
    transport.onChunk((bytes) => this.chunks.push(bytes));
    transport.onClosed((reason) => this.reasons.push(reason));
    const onTruth = (sample: TrueSample): void => void this.truth.push(sample);
    this.emulator = new ShimmerEmulator(port, { clock: this.time, timers: this.time, seed: 1, onTruth, ...options });
  }

  /** An emulator with its host connected. */
  static async open(options: Partial<ShimmerEmulatorOptions> = {}): Promise<EmulatorBench> {
    const bench = new EmulatorBench(options);
    await bench.connect();
    return bench;
  }

  connect(): Promise<void> {
    return this.#transport.open(new AbortController().signal);
  }

  disconnect(): Promise<void> {
    return this.#transport.close();
  }

  /** Sends a command and returns what comes back at once. */
  async ask(hex: string): Promise<string> {
    const before = this.chunks.length;
    await this.#transport.write(bytesOf(hex));
    await this.time.pass(0);
    return hexOf(this.chunks.slice(before).flatMap((chunk) => [...chunk]));
  }

  /** Sends several commands, each of which must be confirmed alone. */
  async set(...commands: readonly string[]): Promise<void> {
    for (const command of commands) expect([command, await this.ask(command)]).toEqual([command, "FF"]);
  }

  /** GSR and PPG at this period: packets of 8 bytes. */
  async stream(stepTicks: number): Promise<void> {
    const [low, high] = [stepTicks & 0xff, stepTicks >> 8];
    await this.set(`05 ${hexOf([low, high])}`, "5E 01", "21 04", "08 04 01 00", "07");
    this.chunks.length = 0;
  }

  /** What has arrived since the last look. */
  take(): number[] {
    return this.chunks.splice(0).flatMap((chunk) => [...chunk]);
  }

  /** How many samples had each fate. */
  get fates(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { fate } of this.truth) counts[fate] = (counts[fate] ?? 0) + 1;
    return counts;
  }
}
