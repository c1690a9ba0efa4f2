import { emulateOnPty, systemTimers, type EmulatedPort } from "@polychron/devices";
import { systemClock } from "../system-clock.js";
import { serveRequests, type ChildWork } from "./child-server.js";
import type { ChildRequest } from "./emulator-messages.js";
import { TruthFile } from "./truth-file.js";

/** The process of one emulated Shimmer: takes orders from its lab, and ends when the lab does. */
export function serveEmulator(): void {
  serveRequests(new EmulatorProcess());
}

class EmulatorProcess implements ChildWork<ChildRequest> {
  #port: EmulatedPort | undefined;
  #truth: TruthFile | undefined;

  async obey(request: ChildRequest): Promise<void> {
    if (request.kind === "start") await this.#start(request);
    if (request.kind === "order") this.#port!.order(request.fault);
    if (request.kind === "close") await this.#close();
  }

  isLast({ kind }: ChildRequest): boolean {
    return kind === "close";
  }

  async #start({ truthPath, ...device }: Extract<ChildRequest, { kind: "start" }>): Promise<void> {
    this.#truth = new TruthFile(truthPath);
    const world = { clock: systemClock(), timers: systemTimers };
    this.#port = await emulateOnPty({ ...device, ...world, onTruth: this.#truth.add });
  }

  async #close(): Promise<void> {
    await this.#port?.close();
    this.#truth?.close();
  }
}
