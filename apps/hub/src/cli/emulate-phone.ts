import { parsePhoneFault, PHONE_FAULT_KINDS, type OrderedFault } from "@polychron/devices";
import type { Command } from "commander";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmulatedPhone } from "../lab/phone/emulated-phone.js";
import { realNumber, wholeNumber } from "./option-values.js";
import { aborted, type Surroundings } from "./surroundings.js";

interface PhoneOptions {
  readonly hub: string;
  readonly code: string;
  readonly seed: number;
  readonly driftPpm: number;
  readonly ffmpeg: string;
  readonly fault: readonly OrderedFault[];
}

/** `emulate phone`: joins a hub over the network, as a phone does that is given a code. */
export function addEmulatePhone(emulate: Command, surroundings: Surroundings): void {
  emulate
    .command("phone")
    .description("a phone that joins a hub over the network, streams, and records a video; needs ffmpeg")
    .requiredOption("--hub <url>", "the hub's address, such as http://127.0.0.1:4280")
    .requiredOption("--code <code>", "the one-time code that the hub's page shows")
    .option("--seed <number>", "the same seed gives the same signals", wholeNumber(0, 999_999_999), 1)
    .option("--drift-ppm <ppm>", "how fast its clock runs against this computer's, parts per million", realNumber, 0)
    .option("--ffmpeg <path>", "the program that makes its video", "ffmpeg")
    .option(
      "--fault <fault>",
      `what goes wrong, seconds from its joining: KIND[:COUNT][@SECONDS[:DURATION]] of ${PHONE_FAULT_KINDS.join(", ")}`,
      addFault,
      [],
    )
    .action((options: PhoneOptions) => runPhone(options, surroundings));
}

/** Runs until it is told to stop; what it still holds then is gone. */
async function runPhone({ hub, code, fault, ...make }: PhoneOptions, surroundings: Surroundings): Promise<void> {
  const stop = surroundings.stopSignal();
  const folder = await mkdtemp(join(tmpdir(), "polychron-phone-"));
  const phone = await EmulatedPhone.start({ ...make, number: 1, folder });
  try {
    const { device } = await phone.join({ hub, code });
    for (const ordered of fault) phone.order(ordered);
    surroundings.out(`The emulated phone is ${device} at ${hub}\nStop with Ctrl-C.`);
    await aborted(stop);
  } finally {
    await phone.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function addFault(text: string, before: readonly OrderedFault[]): readonly OrderedFault[] {
  return [...before, parsePhoneFault(text)];
}
