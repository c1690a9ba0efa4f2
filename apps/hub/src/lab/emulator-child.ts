import { emulateOnPty, systemTimers, type EmulatedPort } from "@polychron/devices";
import { errorReport } from "@polychron/session/model";
import { systemClock } from "../system-clock.js";
import type { ChildReply, ChildRequest } from "./emulator-messages.js";
import { TruthFile } from "./truth-file.js";

/** The process of one emulated device: takes orders from its lab, and ends when the lab does. */
export function serveEmulator(): void {
  const emulator = new EmulatorProcess();
  process.on("message", (request: ChildRequest) => void emulator.obey(request));
  process.on("disconnect", () => process.exit());
  // Ctrl-C in a terminal reaches every process of the group; the lab closes its members itself, in order.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
}

class EmulatorProcess {
  #port: EmulatedPort | undefined;
  #truth: TruthFile | undefined;

  async obey(request: ChildRequest): Promise<void> {
    try {
      if (request.kind === "start") await this.#start(request);
      if (request.kind === "order") this.#port!.order(request.fault);
      if (request.kind === "close") await this.#close();
      reply({ ok: true });
    } catch (thrown) {
      reply({ ok: false, error: errorReport(thrown) });
    }
    if (request.kind === "close") process.disconnect();
  }

  async #start({
    link,
    seed,
    macSuffix,
    driftPpm,
    truthPath,
  }: Extract<ChildRequest, { kind: "start" }>): Promise<void> {
    const truth = new TruthFile(truthPath);
    this.#truth = truth;
    const onTruth = truth.add;
    this.#port = await emulateOnPty({
      link,
      seed,
      macSuffix,
      driftPpm,
      onTruth,
      clock: systemClock(),
      timers: systemTimers,
    });
  }

  async #close(): Promise<void> {
    await this.#port?.close();
    this.#truth?.close();
  }
}

function reply(message: ChildReply): void {
  process.send?.(message);
}
