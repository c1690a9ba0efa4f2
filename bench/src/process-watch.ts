import { readFileSync } from "node:fs";

/** Linux counts processor time of a process in hundredths of a second (`USER_HZ`, proc(5)), whatever the kernel's own tick. */
const TICKS_PER_S = 100;
const LOOK_EVERY_MS = 1_000;

/** What one process had used when it was looked at. */
export interface Look {
  /** Since the watch began. */
  readonly atS: number;
  /** User and system time of all its threads since the process began. */
  readonly cpuS: number;
  /** Its resident memory. */
  readonly rssMb: number;
}

/** Looks at a process from outside, once a second, until it is told to stop; Linux only (`/proc`). */
export class ProcessWatch {
  readonly #pid: number;
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #looks: Look[] = [];

  constructor(pid: number) {
    this.#pid = pid;
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop(): readonly Look[] {
    clearInterval(this.#timer);
    this.#look();
    return this.#looks;
  }

  #look(): void {
    const atS = (performance.now() - this.#startMs) / 1000;
    const stat = readFileSync(`/proc/${this.#pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold spaces: numbers are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const cpuS = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
    const rssKb = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.#pid}/status`, "utf8"))![1]);
    this.#looks.push({ atS, cpuS, rssMb: rssKb / 1024 });
  }
}
