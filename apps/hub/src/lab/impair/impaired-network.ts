import { ChildLink } from "../child-link.js";
import type { ImpairRequest } from "./impair-messages.js";
import type { LatenessReport } from "./lateness.js";
import type { LabLink } from "./links.js";
import type { NetworkReport } from "./network-report.js";

/** The network of a lab whose devices reach the hub over bad links, in a process of its own. */
export class ImpairedNetwork {
  readonly link: LabLink;
  readonly #child = new ChildLink<ImpairRequest>("bin/impair-child.mjs");
  readonly #hosts: string[] = [];

  constructor(link: LabLink) {
    this.link = link;
  }

  /** Under which host names devices call the hub through this network. */
  get hosts(): readonly string[] {
    return this.#hosts;
  }

  /** The address under which a device with a link of its own reaches the hub. Throws `SIMULATION_FAILED`. */
  async open(hub: string, seed: number): Promise<string> {
    const hubPort = Number(new URL(hub).port);
    const port = await this.#child.ask<number>({ kind: "open", link: this.link, seed, hubPort });
    const host = `127.0.0.1:${port}`;
    this.#hosts.push(host);
    return `http://${host}`;
  }

  /** What it was so far. Throws `SIMULATION_FAILED`. */
  async report(): Promise<NetworkReport> {
    return { link: this.link, lateness: await this.#child.ask<LatenessReport>({ kind: "lateness" }) };
  }

  /** Cuts every connection and ends the process. */
  close(): Promise<void> {
    return this.#child.end({ kind: "close" });
  }
}
