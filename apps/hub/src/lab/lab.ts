import type { Candidate, Transport } from "@polychron/devices";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabMember, MemberOptions } from "./member.js";
import { PipeMember } from "./pipe-member.js";
import { PtyMember } from "./pty-member.js";

/** How large a lab is, and from which seed all it does follows. */
export interface LabOptions {
  readonly count: number;
  readonly seed: number;
  /** Behind kernel pseudo-terminals in processes of their own, or behind pipes inside this one; default: what the platform has. */
  readonly behind?: "pty" | "pipe";
}

/** Windows has no pseudo-terminals: there the emulators stand behind a pipe inside the process. */
const DEFAULT_BEHIND = process.platform === "win32" ? "pipe" : "pty";
/** Crystals differ: member n runs so many ppm off, alternately fast and slow. */
const DRIFT_STEP_PPM = 7;

/** A simulated lab: emulated devices, each with a clock of its own, which do what is ordered and write down what they did. */
export class Lab {
  readonly members: readonly LabMember[];
  readonly #folder: string;
  #finished: Promise<unknown> | undefined;

  private constructor(members: readonly LabMember[], folder: string) {
    this.members = members;
    this.#folder = folder;
  }

  /** Throws `SIMULATION_FAILED`. */
  static async start({ count, seed, behind = DEFAULT_BEHIND }: LabOptions): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), "polychron-lab-"));
    const options = Array.from({ length: count }, (_, index) => memberOptions(index + 1, seed, folder));
    const started = await Promise.allSettled(
      options.map((member) => (behind === "pty" ? PtyMember.start(member) : PipeMember.start(member))),
    );
    const members = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const lab = new Lab(members, folder);
    const failure = started.find((result) => result.status === "rejected");
    if (failure === undefined) return lab;
    await lab.close();
    throw failure.reason;
  }

  get candidates(): readonly Candidate[] {
    return this.members.map((member) => member.candidate);
  }

  /** The pipe to a member that stands behind no port; undefined for every other address. */
  transport(address: string): Transport | undefined {
    return this.members.find((member) => member.candidate.address === address)?.transport();
  }

  /** Ends the emulators, once; their truth files are whole when this resolves. */
  finish(): Promise<unknown> {
    this.#finished ??= Promise.all(this.members.map((member) => member.close()));
    return this.#finished;
  }

  /** Ends the emulators and removes what they left. */
  async close(): Promise<void> {
    await this.finish();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function memberOptions(number: number, seed: number, folder: string): MemberOptions {
  const macSuffix = (((seed * 0x9e37) ^ (number * 0x3a5f)) & 0xffff).toString(16).padStart(4, "0");
  const driftPpm = (number % 2 === 0 ? -1 : 1) * DRIFT_STEP_PPM * Math.ceil(number / 2);
  return { number, seed: seed * 1000 + number, macSuffix, driftPpm, folder };
}
