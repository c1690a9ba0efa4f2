import type { Candidate, PhoneLink } from "@polychron/devices";
import { PhoneLine } from "./phone-line.js";

/** Every phone that has spoken since the hub started, by the id of its pairing; each keeps its line across connections. */
export class PhoneDirectory {
  readonly #lines = new Map<string, PhoneLine>();
  readonly #met = new Set<string>();
  readonly #listeners = new Set<(link: PhoneLink) => void>();

  /** The first hello of a phone that has said none so far. */
  onPhone(listener: (link: PhoneLink) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The phones that are here; the address is the id of the pairing. */
  candidates(): Candidate[] {
    return [...this.#lines.values()].flatMap(({ hardwareId, isUp, hello }) =>
      isUp && hello !== undefined
        ? [{ family: "phone", address: hardwareId, label: hello.model, simulated: hello.simulated }]
        : [],
    );
  }

  /** A phone that has said hello, here or away; undefined for any other. */
  link(address: string): PhoneLink | undefined {
    return this.#met.has(address) ? this.#lines.get(address) : undefined;
  }

  /** The line of a pairing, made when it is first needed. */
  line(hardwareId: string): PhoneLine {
    const known = this.#lines.get(hardwareId);
    if (known !== undefined) return known;
    const line = new PhoneLine(hardwareId);
    this.#lines.set(hardwareId, line);
    return line;
  }

  /** A phone has said hello. */
  greeted(line: PhoneLine): void {
    if (this.#met.has(line.hardwareId)) return;
    this.#met.add(line.hardwareId);
    for (const listener of this.#listeners) listener(line);
  }

  /** The pairing is no more. */
  forget(hardwareId: string): void {
    this.#lines.delete(hardwareId);
    this.#met.delete(hardwareId);
  }
}
