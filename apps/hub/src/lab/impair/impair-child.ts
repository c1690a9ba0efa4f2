import { DelayModel } from "@polychron/sync/link-model";
import { systemClock } from "../../system-clock.js";
import { serveRequests, type ChildWork } from "../child-server.js";
import type { ImpairRequest, LinkOrder } from "./impair-messages.js";
import { ImpairedPort } from "./impaired-port.js";
import type { LabLink } from "./links.js";
import { PreciseSchedule } from "./precise-schedule.js";

/** The process of a lab's impaired network: it alone may be kept busy by waiting to the microsecond. */
export function serveImpairment(): void {
  serveRequests(new ImpairProcess());
}

/** A link whose uplink queue stands for minutes begins shortly before: most sessions of a lab are shorter than what comes first. */
const BEGINS_AT_S: Partial<Record<LabLink, number>> = { "wifi-upload": 380 };

class ImpairProcess implements ChildWork<ImpairRequest> {
  readonly #clock = systemClock();
  readonly #schedule = new PreciseSchedule(this.#clock);
  readonly #ports: ImpairedPort[] = [];

  async obey(request: ImpairRequest): Promise<unknown> {
    switch (request.kind) {
      case "open":
        return this.#open(request);
      case "lateness":
        return this.#schedule.lateness;
      case "close":
        await Promise.all(this.#ports.map((port) => port.close()));
        return this.#schedule.stop();
    }
  }

  isLast({ kind }: ImpairRequest): boolean {
    return kind === "close";
  }

  /** Answers with the port to go through. */
  async #open({ link, seed, hubPort }: LinkOrder): Promise<number> {
    const port = await ImpairedPort.open({
      ...{ hubPort, clock: this.#clock, schedule: this.#schedule, fromS: BEGINS_AT_S[link] ?? 0 },
      newDelays: () => new DelayModel(link, seed),
    });
    this.#ports.push(port);
    return port.number;
  }
}
