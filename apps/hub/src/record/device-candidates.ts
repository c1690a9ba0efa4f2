import type { Candidate } from "@polychron/devices";
import type { CandidateView } from "@polychron/protocol";
import type { ErrorReport } from "@polychron/session/model";

/** How many addresses that somebody typed are remembered: a list without end would be a leak. */
const BY_HAND_KEPT = 20;

/** What could be connected: found by a scan or named by hand, each with why the last try failed. */
export class DeviceCandidates {
  #found: readonly Candidate[] = [];
  #byHand: readonly Candidate[] = [];
  #failures = new Map<string, ErrorReport>();

  /** What the newest scan saw; failures at addresses that nobody offers any more are forgotten. */
  replace(found: readonly Candidate[]): void {
    this.#found = found;
    this.#failures = new Map([...this.#failures].filter(([address]) => this.#isKnown(address)));
  }

  /** One that came by itself: a scan may not have seen it. */
  add(candidate: Candidate): void {
    this.#found = [...this.#found.filter(({ address }) => address !== candidate.address), candidate];
  }

  /** One that cannot be connected any more. */
  remove(address: string): void {
    this.#found = this.#found.filter((candidate) => candidate.address !== address);
    this.#byHand = this.#byHand.filter((candidate) => candidate.address !== address);
    this.#failures.delete(address);
  }

  get count(): number {
    return this.#found.length;
  }

  /** The candidate at an address; one that no scan has found is taken as named by hand. */
  at(family: string, address: string): Candidate {
    const known = this.#all.find((candidate) => candidate.family === family && candidate.address === address);
    if (known !== undefined) return known;
    const named = { family, address, label: address, simulated: false };
    this.#byHand = [named, ...this.#byHand].slice(0, BY_HAND_KEPT);
    return named;
  }

  /** Says why a try failed, or `null` when the next one begins. */
  setFailure(address: string, error: ErrorReport | null): void {
    if (error === null) this.#failures.delete(address);
    else if (this.#isKnown(address)) this.#failures.set(address, error);
  }

  /** Whatever is not connected. */
  views(isConnected: (address: string) => boolean, isConnecting: (address: string) => boolean): CandidateView[] {
    return this.#all
      .filter((candidate) => !isConnected(candidate.address))
      .map((candidate) => ({
        ...candidate,
        connecting: isConnecting(candidate.address),
        error: this.#failures.get(candidate.address) ?? null,
      }));
  }

  get #all(): readonly Candidate[] {
    const foundAt = new Set(this.#found.map((candidate) => candidate.address));
    return [...this.#found, ...this.#byHand.filter((candidate) => !foundAt.has(candidate.address))];
  }

  #isKnown(address: string): boolean {
    return this.#all.some((candidate) => candidate.address === address);
  }
}
