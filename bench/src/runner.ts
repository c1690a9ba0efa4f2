/** What a benchmark hands back: whether every bound it states is kept, and numbers with their unit in the name. */
export interface BenchResult {
  readonly ok: boolean;
  readonly [number: string]: unknown;
}

/** Every benchmark: a module of that name in this folder, which exports `run`. */
export const BENCHMARKS: readonly string[] = [
  "event-log",
  "list",
  "shimmer-decode",
  "export",
  "synchronize",
  "report",
  "ingest",
  "ingest-phones",
  "upload",
  "camera",
  "sync",
  "sync-hub",
];

/** Runs one benchmark. */
export async function runBenchmark(name: string): Promise<BenchResult> {
  const module = (await import(new URL(`./${name}.js`, import.meta.url).href)) as { run(): Promise<BenchResult> };
  return module.run();
}
