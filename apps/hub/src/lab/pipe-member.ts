import {
  emulateOnLoopback,
  systemTimers,
  type EmulatedPipe,
  type OrderedFault,
  type Transport,
} from "@polychron/devices";
import { systemClock } from "../system-clock.js";
import {
  macSuffixOf,
  shimmerCandidate,
  shimmerSettings,
  truthPath,
  type MemberOptions,
  type ShimmerMember,
} from "./member.js";
import { TruthFile } from "./truth-file.js";

/** An emulated Shimmer inside this process, behind a pipe: for platforms without pseudo-terminals. */
export class PipeMember implements ShimmerMember {
  readonly family = "shimmer";
  readonly number: number;
  readonly candidate;
  readonly truthPath: string;
  readonly settings = shimmerSettings;
  readonly #pipe: EmulatedPipe;
  readonly #truth: TruthFile;

  private constructor(options: MemberOptions) {
    this.number = options.number;
    this.candidate = shimmerCandidate(options, `pipe:${options.number}`);
    this.truthPath = truthPath(options, "shimmer", "csv");
    this.#truth = new TruthFile(this.truthPath);
    const { seed, driftPpm } = options;
    const device = { seed, macSuffix: macSuffixOf(options), driftPpm, onTruth: this.#truth.add };
    this.#pipe = emulateOnLoopback({ ...device, clock: systemClock(), timers: systemTimers });
  }

  static start(options: MemberOptions): Promise<PipeMember> {
    return Promise.resolve(new PipeMember(options));
  }

  transport(): Transport {
    return this.#pipe.transport;
  }

  order(fault: OrderedFault): Promise<void> {
    this.#pipe.order(fault);
    return Promise.resolve();
  }

  async close(): Promise<void> {
    await this.#pipe.close();
    this.#truth.close();
  }
}
