import {
  emulateOnLoopback,
  systemTimers,
  type EmulatedPipe,
  type OrderedFault,
  type Transport,
} from "@polychron/devices";
import { systemClock } from "../system-clock.js";
import { candidateOf, truthPath, type LabMember, type MemberOptions } from "./member.js";
import { TruthFile } from "./truth-file.js";

/** An emulated device inside this process, behind a pipe: for platforms without pseudo-terminals. */
export class PipeMember implements LabMember {
  readonly number: number;
  readonly candidate;
  readonly truthPath: string;
  readonly #pipe: EmulatedPipe;
  readonly #truth: TruthFile;

  private constructor(options: MemberOptions) {
    this.number = options.number;
    this.candidate = candidateOf(options, `pipe:${options.number}`);
    this.truthPath = truthPath(options);
    this.#truth = new TruthFile(this.truthPath);
    const { seed, macSuffix, driftPpm } = options;
    const onTruth = this.#truth.add;
    this.#pipe = emulateOnLoopback({ seed, macSuffix, driftPpm, onTruth, clock: systemClock(), timers: systemTimers });
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
