import type { Candidate, OrderedFault, Transport } from "@polychron/devices";
import { join } from "node:path";

/** What one emulated device of a lab is. */
export interface MemberOptions {
  /** 1, 2, 3… */
  readonly number: number;
  readonly seed: number;
  /** Last four hex digits of its address: what it is called by. */
  readonly macSuffix: string;
  /** How fast its crystal runs against the PC's clock, parts per million. */
  readonly driftPpm: number;
  /** The folder for its port and its truth. */
  readonly folder: string;
}

/** One emulated device of a lab. */
export interface LabMember {
  readonly number: number;
  readonly candidate: Candidate;
  /** The file to which it writes every sample it made and what became of it. */
  readonly truthPath: string;
  /** The pipe to it where it stands behind no port; undefined where it does. */
  transport(): Transport | undefined;
  /** Orders a fault, timed from now. */
  order(fault: OrderedFault): Promise<void>;
  /** Its truth is on the disk when this resolves; it makes no more samples. */
  close(): Promise<void>;
}

/** What a scan shows of a member. */
export function candidateOf({ macSuffix }: MemberOptions, address: string): Candidate {
  return { family: "shimmer", address, label: `Simulated Shimmer3-${macSuffix.toUpperCase()}`, simulated: true };
}

/** Where a member writes its truth. */
export function truthPath({ folder, number }: MemberOptions): string {
  return join(folder, `truth_${number}.csv`);
}
