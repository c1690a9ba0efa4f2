import { networkInterfaces } from "node:os";

/** Interfaces come and go with Wi-Fi and cables, but not faster than this. */
const LOOK_EVERY_MS = 5_000;

/** Whether a hub that listens there can be reached under every address of its computer. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/**
 * The addresses of this computer in its networks, as they stand in a URL, the ones that are easy to type first; loopback and
 * link-local ones are none.
 */
export function networkAddresses(): readonly string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address));
  const of = (family: string): string[] =>
    found.filter((address) => address.family === family).map(({ address }) => address);
  return [...of("IPv4"), ...of("IPv6").map((address) => `[${address}]`)];
}

/** The addresses under which other computers reach a hub that listens on `host`; looked up anew every few seconds. */
export class OwnAddresses {
  readonly #host: string;
  readonly #nowMs: () => number;
  #found: readonly string[] = [];
  #foundAtMs = Number.NEGATIVE_INFINITY;

  constructor(host: string, nowMs: () => number) {
    this.#host = host;
    this.#nowMs = nowMs;
  }

  /** Empty for a hub that only this computer reaches, or that listens on one address alone. */
  list(): readonly string[] {
    if (!isWildcard(this.#host)) return [];
    const nowMs = this.#nowMs();
    if (nowMs - this.#foundAtMs >= LOOK_EVERY_MS) [this.#found, this.#foundAtMs] = [networkAddresses(), nowMs];
    return this.#found;
  }
}
