import type { OrderedFault } from "@polychron/devices";
import { join } from "node:path";
import { ChildLink } from "./child-link.js";
import { truthPath, type LabMember, type MemberOptions } from "./member.js";
import type { JoinedPhone, PhoneRequest, PhoneWay } from "./phone/phone-requests.js";

/** Pairing and the hub's answer to the first hello, each with its own limit. */
const JOINS_WITHIN_MS = 40_000;
const ANSWERS_WITHIN_MS = 5_000;

/** An emulated phone in a process of its own: the hub meets it as it meets a real one, over the network. */
export class PhoneMember implements LabMember {
  readonly family = "phone";
  readonly number: number;
  /** The file to which it writes every sample and every file that it made. */
  readonly truthPath: string;
  readonly #child = new ChildLink<PhoneRequest>("bin/phone-child.mjs");
  #device: string | undefined;

  private constructor(options: MemberOptions) {
    this.number = options.number;
    this.truthPath = truthPath(options, "phone", "jsonl");
  }

  /** Throws `SIMULATION_FAILED`. */
  static async start(options: MemberOptions): Promise<PhoneMember> {
    const { number, seed, driftPpm, folder } = options;
    const member = new PhoneMember(options);
    const make = { number, seed, driftPpm, folder: join(folder, `phone_${number}`), ffmpeg: "ffmpeg" };
    try {
      await member.#child.ask({ kind: "start", ...make, truthPath: member.truthPath });
      return member;
    } catch (thrown) {
      member.#child.kill();
      throw thrown;
    }
  }

  /** The id under which the hub knows it; undefined until it has joined. */
  get device(): string | undefined {
    return this.#device;
  }

  /** Pairs with a hub and says hello. Throws `SIMULATION_FAILED`. */
  async join(way: PhoneWay): Promise<void> {
    const { device } = await this.#child.ask<JoinedPhone>({ kind: "join", ...way }, JOINS_WITHIN_MS);
    this.#device = device;
  }

  /** Resolves when the phone has handed over all that it recorded. Throws `SIMULATION_FAILED` after `withinMs`. */
  handOver(withinMs: number): Promise<void> {
    return this.#child.ask({ kind: "hand_over", withinMs }, withinMs + ANSWERS_WITHIN_MS);
  }

  order(fault: OrderedFault): Promise<void> {
    return this.#child.ask({ kind: "order", fault });
  }

  close(): Promise<void> {
    return this.#child.end({ kind: "close" });
  }
}
