import type { Candidate, OrderedFault, Transport } from "@polychron/devices";
import type { JsonObject } from "@polychron/session/model";
import { join } from "node:path";

/** The families of which a lab has devices. */
export const LAB_FAMILIES = ["shimmer", "phone", "camera"] as const;
export type LabFamily = (typeof LAB_FAMILIES)[number];

/** What one device of a lab is. */
export interface MemberOptions {
  /** 1, 2, 3… within its family. */
  readonly number: number;
  readonly seed: number;
  /** How fast its crystal runs against the PC's clock, parts per million. */
  readonly driftPpm: number;
  /** The folder for all it leaves: its port, its truth. */
  readonly folder: string;
}

/** One device of a lab. */
export interface LabMember {
  readonly family: LabFamily;
  readonly number: number;
  /** Orders a fault, timed from now. Throws `SIMULATION_FAILED`. */
  order(fault: OrderedFault): Promise<void>;
  /** Its truth is on the disk when this resolves; it makes no more samples. */
  close(): Promise<void>;
}

/** One that a scan finds and an operator connects. */
export interface FoundMember extends LabMember {
  readonly candidate: Candidate;
  /** The settings under which a simulation connects it. */
  settings(isStressTest: boolean): JsonObject | undefined;
}

/** An emulated Shimmer. */
export interface ShimmerMember extends FoundMember {
  readonly family: "shimmer";
  /** The file to which it writes every sample it made and what became of it. */
  readonly truthPath: string;
  /** The pipe to it where it stands behind no port; undefined where it does. */
  transport(): Transport | undefined;
}

/** Last four hex digits of a Shimmer's address: what it is called by. */
export function macSuffixOf({ seed }: MemberOptions): string {
  return (((Math.floor(seed / 1000) * 0x9e37) ^ ((seed % 1000) * 0x3a5f)) & 0xffff).toString(16).padStart(4, "0");
}

/** What a scan shows of a Shimmer. */
export function shimmerCandidate(options: MemberOptions, address: string): Candidate {
  const label = `Simulated Shimmer3-${macSuffixOf(options).toUpperCase()}`;
  return { family: "shimmer", address, label, simulated: true };
}

const STRESS: JsonObject = {
  rateHz: 512,
  sensors: ["gsr", "ppg", "accel", "accel_wr", "gyro", "mag", "battery"],
};

/** The settings of a Shimmer in a simulation: its own, or all it can. */
export function shimmerSettings(isStressTest: boolean): JsonObject | undefined {
  return isStressTest ? STRESS : undefined;
}

/** Where a member writes its truth. */
export function truthPath({ folder, number }: MemberOptions, family: LabFamily, ext: string): string {
  return join(folder, `truth_${family}_${number}.${ext}`);
}
