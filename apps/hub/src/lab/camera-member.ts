import { spawnCapture, systemTimers, type Candidate, type OrderedFault, type SpawnCapture } from "@polychron/devices";
import type { JsonObject } from "@polychron/session/model";
import type { ChildProcess } from "node:child_process";
import type { FoundMember } from "./member.js";

const SIZE = { width: 320, height: 240, rateHz: 30 } as const;
const STRESS_SIZE = { width: 1280, height: 720, rateHz: 30 } as const;

/** A simulated camera: the hub's own camera driver runs its encoder; the lab can end it. */
export class CameraMember implements FoundMember {
  readonly family = "camera";
  readonly number: number;
  readonly candidate: Candidate;
  readonly #encoders = new Set<ChildProcess>();
  readonly #kills = new Set<() => void>();

  constructor(number: number) {
    this.number = number;
    const address = `simulated-camera-${number}`;
    this.candidate = { family: "camera", address, label: `Simulated camera ${number}`, simulated: true };
  }

  settings(isStressTest: boolean): JsonObject {
    return isStressTest ? STRESS_SIZE : SIZE;
  }

  /** Starts an encoder as the camera driver does by itself, and remembers it. */
  readonly spawn: SpawnCapture = (program, args) => {
    const encoder = spawnCapture(program, args);
    this.#encoders.add(encoder);
    encoder.once("close", () => this.#encoders.delete(encoder));
    return encoder;
  };

  /** The one fault of a camera is that its encoder is killed. */
  order({ atS }: OrderedFault): Promise<void> {
    const cancel = systemTimers.after(atS * 1000, () => {
      this.#kills.delete(cancel);
      for (const encoder of this.#encoders) encoder.kill("SIGKILL");
    });
    this.#kills.add(cancel);
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const cancel of this.#kills) cancel();
    this.#kills.clear();
    return Promise.resolve();
  }
}
