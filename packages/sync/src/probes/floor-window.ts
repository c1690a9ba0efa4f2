/** The least value of the last seconds, in constant time: a queue whose values grow from its head. */
export class FloorWindow {
  readonly #windowS: number;
  #atS: number[] = [];
  #widthS: number[] = [];
  #head = 0;

  constructor(windowS: number) {
    this.#windowS = windowS;
  }

  clear(): void {
    this.#atS = [];
    this.#widthS = [];
    this.#head = 0;
  }

  /** Takes a value and answers with the least of the window that ends there. */
  push(atS: number, widthS: number): number {
    while (this.#widthS.length > this.#head && this.#widthS.at(-1)! >= widthS) {
      this.#widthS.pop();
      this.#atS.pop();
    }
    this.#widthS.push(widthS);
    this.#atS.push(atS);
    while (this.#atS[this.#head]! < atS - this.#windowS) this.#head += 1;
    if (this.#head > 256) this.#compact();
    return this.#widthS[this.#head]!;
  }

  #compact(): void {
    this.#atS = this.#atS.slice(this.#head);
    this.#widthS = this.#widthS.slice(this.#head);
    this.#head = 0;
  }
}
