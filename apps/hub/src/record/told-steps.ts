/** One sight of a step: by a stream, or by the probes. */
export interface StepSight {
  readonly source: string;
  /** Hub seconds. */
  readonly atS: number;
  /** Seconds; null where nobody can know. */
  readonly jumpS: number | null;
}

/** Probes take some bursts to be sure, and a block that was refused comes again. */
const SAME_WITHIN_S = 15;
/** Two sights of one step differ in its size by what the device's clock is not known to. */
const SAME_SIZE_S = 0.1;

interface Told {
  readonly atS: number;
  readonly jumpS: number;
  readonly sources: Set<string>;
}

/** The steps of one device's clock that were told: what several streams and the probes show is one step. */
export class ToldSteps {
  #told: readonly Told[] = [];

  /** Whether a sight is that of a step that nobody has seen yet. */
  isNew({ source, atS, jumpS }: StepSight): boolean {
    if (jumpS === null) return true;
    this.#told = this.#told.filter((step) => Math.abs(step.atS - atS) <= SAME_WITHIN_S);
    const known = this.#told.find((step) => isLike(step, jumpS) && !step.sources.has(source));
    if (known === undefined) this.#told = [...this.#told, { atS, jumpS, sources: new Set([source]) }];
    else known.sources.add(source);
    return known === undefined;
  }
}

function isLike(step: Told, jumpS: number): boolean {
  return Math.abs(step.jumpS - jumpS) <= SAME_SIZE_S;
}
