import type { OrderedFault, Transport } from "@polychron/devices";
import { join } from "node:path";
import { ChildLink } from "./child-link.js";
import type { ChildRequest } from "./emulator-messages.js";
import {
  macSuffixOf,
  shimmerCandidate,
  shimmerSettings,
  truthPath,
  type MemberOptions,
  type ShimmerMember,
} from "./member.js";

/** An emulated Shimmer in a process of its own behind a kernel pty: the hub meets it as it meets a real serial port. */
export class PtyMember implements ShimmerMember {
  readonly family = "shimmer";
  readonly number: number;
  readonly candidate;
  readonly truthPath: string;
  readonly settings = shimmerSettings;
  readonly #child = new ChildLink<ChildRequest>("bin/emulator-child.mjs");

  private constructor(options: MemberOptions, link: string) {
    this.number = options.number;
    this.candidate = shimmerCandidate(options, link);
    this.truthPath = truthPath(options, "shimmer", "csv");
  }

  /** Throws `SIMULATION_FAILED` (with the emulator's own message, such as a missing socat). */
  static async start(options: MemberOptions): Promise<PtyMember> {
    const link = join(options.folder, `shimmer_${options.number}`);
    const member = new PtyMember(options, link);
    const { seed, driftPpm } = options;
    const device = { link, seed, driftPpm, macSuffix: macSuffixOf(options), truthPath: member.truthPath };
    try {
      await member.#child.ask({ kind: "start", ...device });
      return member;
    } catch (thrown) {
      member.#child.kill();
      throw thrown;
    }
  }

  transport(): Transport | undefined {
    return undefined;
  }

  order(fault: OrderedFault): Promise<void> {
    return this.#child.ask({ kind: "order", fault });
  }

  close(): Promise<void> {
    return this.#child.end({ kind: "close" });
  }
}
