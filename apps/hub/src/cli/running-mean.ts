/** The mean of numbers that come one after the other. */
export class RunningMean {
  #sum = 0;
  #count = 0;

  /** Null before the first number. */
  get value(): number | null {
    return this.#count === 0 ? null : this.#sum / this.#count;
  }

  push(value: number): void {
    this.#sum += value;
    this.#count += 1;
  }
}
