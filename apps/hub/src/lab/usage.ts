const SAMPLE_EVERY_MS = 250;

/** What a run cost this process: CPU seconds, and the memory it held. */
export interface UsageReport {
  readonly cpu_s: number;
  readonly wall_s: number;
  readonly rss_peak_mb: number;
  readonly rss_end_mb: number;
}

/** Measures from construction to `stop`. */
export class Usage {
  readonly #startCpu = process.cpuUsage();
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #peakBytes = 0;
  #report: UsageReport | undefined;

  constructor() {
    this.#timer = setInterval(() => this.#look(), SAMPLE_EVERY_MS);
    this.#timer.unref();
    this.#look();
  }

  /** The measurement; the first call ends it. */
  stop(): UsageReport {
    clearInterval(this.#timer);
    this.#look();
    const { user, system } = process.cpuUsage(this.#startCpu);
    this.#report ??= {
      cpu_s: (user + system) / 1e6,
      wall_s: (performance.now() - this.#startMs) / 1000,
      rss_peak_mb: this.#peakBytes / 1e6,
      rss_end_mb: process.memoryUsage.rss() / 1e6,
    };
    return this.#report;
  }

  #look(): void {
    this.#peakBytes = Math.max(this.#peakBytes, process.memoryUsage.rss());
  }
}
