import type { Candidate, SpawnCapture, Transport } from "@polychron/devices";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CameraMember } from "./camera-member.js";
import type { LabFault } from "./lab-fault.js";
import type { FoundMember, LabMember, MemberOptions, ShimmerMember } from "./member.js";
import { PhoneMember } from "./phone-member.js";
import { PipeMember } from "./pipe-member.js";
import { PtyMember } from "./pty-member.js";

/** How large a lab is, and from which seed all it does follows. */
export interface LabOptions {
  readonly shimmers: number;
  readonly phones?: number;
  readonly cameras?: number;
  readonly seed: number;
  /** Shimmers behind kernel pseudo-terminals in processes of their own, or behind pipes inside this one; default: what the platform has. */
  readonly behind?: "pty" | "pipe";
}

/** Where the lab's phones find the hub, and how the operator lets each of them in. */
export interface WayIn {
  readonly url: string;
  /** Gives a one-time code. */
  pair(): Promise<string>;
}

/** Windows has no pseudo-terminals: there the emulators stand behind a pipe inside the process. */
const DEFAULT_BEHIND = process.platform === "win32" ? "pipe" : "pty";
/** Crystals differ: member n runs so many ppm off, alternately fast and slow. */
const DRIFT_STEP_PPM = 7;
/** Phones and Shimmers of the same number follow from different seeds. */
const PHONE_SEEDS_FROM = 500;

/** A simulated lab: devices made of code, each with a clock of its own, which do what is ordered and write down what they did. */
export class Lab {
  readonly shimmers: readonly ShimmerMember[];
  readonly phones: readonly PhoneMember[];
  readonly cameras: readonly CameraMember[];
  readonly #folder: string;
  #finished: Promise<unknown> | undefined;

  private constructor(folder: string, members: Pick<Lab, "shimmers" | "phones" | "cameras">) {
    this.#folder = folder;
    this.shimmers = members.shimmers;
    this.phones = members.phones;
    this.cameras = members.cameras;
  }

  /** Throws `SIMULATION_FAILED`. */
  static async start({ shimmers, phones = 0, cameras = 0, seed, behind = DEFAULT_BEHIND }: LabOptions): Promise<Lab> {
    const folder = await mkdtemp(join(tmpdir(), "polychron-lab-"));
    const startShimmer: (options: MemberOptions) => Promise<ShimmerMember> =
      behind === "pty" ? PtyMember.start : PipeMember.start;
    const [startedShimmers, startedPhones] = await Promise.all([
      startAll(shimmers, (number) => startShimmer(memberOptions(number, seed * 1000 + number, folder))),
      startAll(phones, (number) =>
        PhoneMember.start(memberOptions(number, seed * 1000 + PHONE_SEEDS_FROM + number, folder)),
      ),
    ]);
    const lab = new Lab(folder, {
      shimmers: startedShimmers.members,
      phones: startedPhones.members,
      cameras: Array.from({ length: cameras }, (_, index) => new CameraMember(index + 1)),
    });
    const failures = [...startedShimmers.failures, ...startedPhones.failures];
    if (failures.length === 0) return lab;
    await lab.close();
    throw failures[0];
  }

  get members(): readonly LabMember[] {
    return [...this.shimmers, ...this.phones, ...this.cameras];
  }

  /** Those that a scan finds; phones come to the hub by themselves. */
  get found(): readonly FoundMember[] {
    return [...this.shimmers, ...this.cameras];
  }

  get candidates(): readonly Candidate[] {
    return this.found.map((member) => member.candidate);
  }

  /** The pipe to a Shimmer that stands behind no port; undefined for every other address. */
  transport(address: string): Transport | undefined {
    return this.shimmers.find((member) => member.candidate.address === address)?.transport();
  }

  /** How the encoder of a simulated camera is started; undefined for every other address. */
  cameraSpawn(address: string): SpawnCapture | undefined {
    return this.cameras.find((member) => member.candidate.address === address)?.spawn;
  }

  /** Lets every phone join a hub that listens, one after the other. Throws `SIMULATION_FAILED`. */
  async join({ url, pair }: WayIn): Promise<void> {
    for (const phone of this.phones) await phone.join({ hub: url, code: await pair() });
  }

  /** Resolves when every phone has handed over what it recorded by itself. Throws `SIMULATION_FAILED` after `withinMs`. */
  async handOver(withinMs: number): Promise<void> {
    await Promise.all(this.phones.map((phone) => phone.handOver(withinMs)));
  }

  /** Orders faults that are timed from `aheadS` seconds ahead. Throws `SIMULATION_FAILED`. */
  async order(faults: readonly LabFault[], aheadS: number): Promise<void> {
    for (const ordered of faults)
      for (const member of this.#membersOf(ordered))
        await member.order({ ...ordered.fault, atS: ordered.fault.atS + aheadS });
  }

  /** Ends the devices, once; their truth files are whole when this resolves. */
  finish(): Promise<unknown> {
    this.#finished ??= Promise.all(this.members.map((member) => member.close()));
    return this.#finished;
  }

  /** Ends the devices and removes what they left. */
  async close(): Promise<void> {
    await this.finish();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #membersOf({ family, device }: LabFault): readonly LabMember[] {
    const kin = this.members.filter((member) => member.family === family);
    return kin.filter(({ number }) => device === "all" || number === device);
  }
}

function memberOptions(number: number, seed: number, folder: string): MemberOptions {
  const driftPpm = (number % 2 === 0 ? -1 : 1) * DRIFT_STEP_PPM * Math.ceil(number / 2);
  return { number, seed, driftPpm, folder };
}

/** Those that started are kept even where one did not: they must be closed. */
async function startAll<Member>(
  count: number,
  start: (number: number) => Promise<Member>,
): Promise<{ members: Member[]; failures: unknown[] }> {
  const results = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index + 1)));
  return {
    members: results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
    failures: results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : [])),
  };
}
