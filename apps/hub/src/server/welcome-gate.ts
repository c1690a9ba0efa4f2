/** What a phone is told waits while one of its hellos is being answered: the answer is the first it hears. */
export class WelcomeGate {
  #shut = 0;
  #waiting: (() => void)[] = [];

  /** A hello came; the answer opens again. */
  shut(): () => void {
    this.#shut += 1;
    return () => {
      this.#shut -= 1;
      if (this.#shut === 0) for (const send of this.#waiting.splice(0)) send();
    };
  }

  /** Sends, now or behind the answer. */
  pass(send: () => void): void {
    if (this.#shut === 0) send();
    else this.#waiting.push(send);
  }

  /** The connection is gone, and what waits with it. */
  drop(): void {
    this.#waiting = [];
  }
}
