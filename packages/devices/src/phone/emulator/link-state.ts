/** How an emulated phone stands with its hub. */
export class LinkState {
  #connection = 0;
  #isUp = false;
  #isWelcome = false;

  /** A new connection; returns what names it. */
  open(): number {
    this.#isUp = true;
    this.#isWelcome = false;
    this.#connection += 1;
    return this.#connection;
  }

  close(): void {
    this.#isUp = false;
    this.#isWelcome = false;
  }

  /** Whether this connection is still the phone's. */
  isCurrent(connection: number): boolean {
    return this.#isUp && connection === this.#connection;
  }

  welcome(): void {
    this.#isWelcome = true;
  }

  /** The hub has answered this connection's hello. */
  get isWelcome(): boolean {
    return this.#isWelcome;
  }
}
