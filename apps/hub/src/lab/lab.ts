import type { Candidate, SpawnCapture, Transport } from "@polychron/devices";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CameraMember } from "./camera-member.js";
import { ImpairedNetwork } from "./impair/impaired-network.js";
import type { LabLink } from "./impair/links.js";
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
  /** How bad the links between phones and hub are; absent: phones reach the hub directly. */
  readonly impair?: LabLink;
}

/** Where the lab's phones find the hub, and how the operator lets each of them in. */
export interface WayIn {
  readonly url: string;
  /** Gives a one-time code. */
  pair(): Promise<string>;
}

/** Windows has no pseudo-terminals: there the emulators stand behind a pipe inside the process. */
const DEFAULT_BEHIND = process.platform === "win32" ? "pipe" : "pty";
/** Crystals differ: member n runs n/2 steps off, alternately fast and slow; those of phones are the cheaper ones. */
const DRIFT_STEPS_PPM = { shimmer: 7, phone: 12 } as const;
const DRIFT_MAX_PPM = 50;
/** Phones and Shimmers of the same number follow from different seeds. */
const PHONE_SEEDS_FROM = 500;

/** A simulated lab: devices made of code, each with a clock of its own, which do what is ordered and write down what they did. */
export class Lab {
  readonly shimmers: readonly ShimmerMember[];
  readonly phones: readonly PhoneMember[];
  readonly cameras: readonly CameraMember[];
  /** Between phones and hub; undefined where nothing is. */
  readonly network: ImpairedNetwork | undefined;
  readonly #folder: string;
  readonly #seed: number;
  #finished: Promise<unknown> | undefined;

  private constructor(
    { seed, impair }: LabOptions,
    folder: string,
    members: Pick<Lab, "shimmers" | "phones" | "cameras">,
  ) {
    this.#folder = folder;
    this.#seed = seed;
    this.network = impair && new ImpairedNetwork(impair);
    this.shimmers = members.shimmers;
    this.phones = members.phones;
    this.cameras = members.cameras;
  }

  /** Throws `SIMULATION_FAILED`. */
  static async start(options: LabOptions): Promise<Lab> {
    const { shimmers, phones = 0, cameras = 0, behind = DEFAULT_BEHIND } = options;
    const folder = await mkdtemp(join(tmpdir(), "polychron-lab-"));
    const startShimmer: (options: MemberOptions) => Promise<ShimmerMember> =
      behind === "pty" ? PtyMember.start : PipeMember.start;
    const [startedShimmers, startedPhones] = await Promise.all([
      startAll(shimmers, (number) => startShimmer(memberOptions("shimmer", number, { ...options, folder }))),
      startAll(phones, (number) => PhoneMember.start(memberOptions("phone", number, { ...options, folder }))),
    ]);
    const lab = new Lab(options, folder, {
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
    for (const phone of this.phones) {
      const hub = (await this.network?.open(url, this.#seed * 1000 + phone.number)) ?? url;
      await phone.join({ hub, code: await pair() });
    }
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
    this.#finished ??= Promise.all(this.members.map((member) => member.close())).then(() => this.network?.close());
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

function memberOptions(
  family: "shimmer" | "phone",
  number: number,
  { seed, folder }: { readonly seed: number; readonly folder: string },
): MemberOptions {
  const offPpm = Math.min(DRIFT_MAX_PPM, DRIFT_STEPS_PPM[family] * Math.ceil(number / 2));
  const driftPpm = number % 2 === 0 ? -offPpm : offPpm;
  return { number, seed: seed * 1000 + (family === "phone" ? PHONE_SEEDS_FROM : 0) + number, driftPpm, folder };
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
