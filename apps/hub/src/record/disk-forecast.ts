/** What is known of a disk. */
export interface DiskRoom {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** How fast it fills while something is recorded; undefined when nothing is, or it is not known yet. */
  readonly bytesPerS: number | undefined;
}

/** Below this nothing new is begun: what is left pays for the end of what runs. */
export const RESERVE_BYTES = 50e6;

const LOW_PART = 0.1;
const LOW_LEFT_S = 30 * 60;
/** A warning is over once there is this much more than its bound, so that it does not flicker. */
const RELIEF = 1.2;

/**
 * How much is left, in words, when that is a tenth of the disk or half an hour at the present rate, or less; undefined
 * while there is more.
 */
export function shortage(room: DiskRoom, wasShort: boolean): string | undefined {
  const margin = wasShort ? RELIEF : 1;
  const leftS = room.bytesPerS === undefined ? Number.POSITIVE_INFINITY : room.freeBytes / room.bytesPerS;
  if (leftS <= LOW_LEFT_S * margin) return `enough for ${Math.floor(leftS / 60)} min at the present rate`;
  const part = room.totalBytes > 0 ? room.freeBytes / room.totalBytes : 1;
  return part <= LOW_PART * margin ? `${Math.floor(part * 100)} % of the disk` : undefined;
}

const LOOK_BACK_US = 60e6;
const LEAST_SPAN_US = 20e6;

/** How fast a disk fills, from looks at its free room: over the last minute, whoever writes. */
export class FillRate {
  #looks: { readonly atUs: number; readonly freeBytes: number }[] = [];

  /** Bytes a second; undefined until the looks span 20 s, and while the disk does not fill. */
  after(atUs: number, freeBytes: number): number | undefined {
    this.#looks = [...this.#looks.filter((look) => look.atUs >= atUs - LOOK_BACK_US), { atUs, freeBytes }];
    const first = this.#looks[0]!;
    const filledBytes = first.freeBytes - freeBytes;
    return atUs - first.atUs < LEAST_SPAN_US || filledBytes <= 0
      ? undefined
      : (filledBytes * 1e6) / (atUs - first.atUs);
  }

  forget(): void {
    this.#looks = [];
  }
}
