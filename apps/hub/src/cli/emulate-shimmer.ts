import { InvalidArgumentError, Option, type Command } from "commander";
import { emulateOnPty, FAULT_KINDS, parseFault, systemTimers, type OrderedFault } from "@polychron/devices";
import { systemClock } from "../system-clock.js";
import { realNumber, wholeNumber } from "./option-values.js";
import { aborted, type Surroundings } from "./surroundings.js";

interface ShimmerOptions {
  readonly link: string;
  readonly model: "shimmer3" | "shimmer3r";
  readonly seed: number;
  readonly mac: string;
  readonly driftPpm: number;
  readonly fault: readonly OrderedFault[];
}

/** `emulate shimmer`: behind a serial port of its own. */
export function addEmulateShimmer(emulate: Command, surroundings: Surroundings): void {
  emulate
    .command("shimmer")
    .description("a Shimmer that speaks the real protocol on a serial port of its own; needs socat")
    .requiredOption("--link <path>", "where the port appears, such as /tmp/shimmer")
    .addOption(new Option("--model <model>", "which Shimmer").choices(["shimmer3", "shimmer3r"]).default("shimmer3"))
    .option("--seed <number>", "the same seed gives the same signals", wholeNumber(0, 999_999_999), 1)
    .option("--mac <digits>", "last four hexadecimal digits of its address", macSuffix, "3a5f")
    .option("--drift-ppm <ppm>", "how fast its clock runs against this computer's, parts per million", realNumber, 0)
    .option(
      "--fault <fault>",
      `what goes wrong, and when: KIND[:COUNT][@SECONDS[:DURATION]] of ${FAULT_KINDS.join(", ")}`,
      addFault,
      [],
    )
    .action((options: ShimmerOptions) => runShimmer(options, surroundings));
}

/** Runs until it is told to stop; throws when its port ends and cannot be made again. */
async function runShimmer({ mac, fault, ...options }: ShimmerOptions, surroundings: Surroundings): Promise<void> {
  const stop = surroundings.stopSignal();
  const failure = new AbortController();
  const device = { ...options, macSuffix: mac, faults: fault, clock: systemClock(), timers: systemTimers };
  const port = await emulateOnPty({ ...device, onFailure: (error) => failure.abort(error) });
  surroundings.out(`The emulated Shimmer ${port.mac} is at ${port.link}\nStop with Ctrl-C.`);
  await aborted(AbortSignal.any([stop, failure.signal]));
  await port.close();
  failure.signal.throwIfAborted();
}

function macSuffix(text: string): string {
  if (/^[0-9a-f]{4}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError("Give four hexadecimal digits.");
}

function addFault(text: string, before: readonly OrderedFault[]): readonly OrderedFault[] {
  return [...before, parseFault(text)];
}
