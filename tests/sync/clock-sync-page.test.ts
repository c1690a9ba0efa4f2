import { readFileSync } from "node:fs";

interface Figures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly meanBoundMs: number;
}

interface Model {
  readonly model: string;
  readonly live: Figures;
  readonly post: Figures;
  readonly under1MsAfterS: number;
  readonly peers: Readonly<Record<string, { readonly p99Ms: number }>>;
}

interface Pooled {
  readonly medianMs: number;
  readonly worstP99Ms: number;
  readonly boundMs: number;
  readonly withinBound: number;
}

interface Round {
  readonly link: string;
  readonly live: Pooled;
  readonly post: Pooled;
}

function read(path: string): string {
  return readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
}

interface Part {
  readonly ok: boolean;
}

interface Saved extends Part {
  readonly models: readonly (Model & Part)[];
  readonly edge: Part & { readonly worst: { readonly live: number; readonly post: number } };
  readonly gaps: readonly Part[] | Part;
  readonly fastClock: Part;
  readonly steps: readonly Part[];
  readonly standingQueue: Part;
  readonly cost: Part;
  readonly oneWay: readonly Part[];
}

const saved = JSON.parse(read("results/sync.json")) as Saved;
const { models } = saved;
const { rounds } = JSON.parse(read("results/sync-hub.json")) as { readonly rounds: readonly Round[] };
const page = read("clock-sync.md");

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function three({ p50Ms, p99Ms, maxMs }: Figures): string {
  return [p50Ms, p99Ms, maxMs].map(rounded).join(" / ");
}

function rounded(value: number): string {
  return value.toFixed(2);
}

test("the saved benchmark kept every bound, and the page says how much of the worst run at the edge", () => {
  const { edge, gaps, fastClock, steps, standingQueue, cost, oneWay, ok } = saved;
  const parts = [models, edge, gaps, fastClock, steps, standingQueue, cost, oneWay].flat();
  expect(parts.filter((part) => !part.ok)).toEqual([]);
  expect(ok).toBe(true);
  const [live, post] = [edge.worst.live, edge.worst.post].map((share) => `${(share * 100).toFixed(1)} %`);
  expect(page.replaceAll("\n", " ")).toContain(
    `in the worst of the 240 runs for ${live} live and ${post} after the session`,
  );
});

test("the page's table of errors is that of the saved benchmark", () => {
  for (const { model, live, post, under1MsAfterS } of models) {
    const bounds = `${rounded(live.meanBoundMs)} / ${rounded(post.meanBoundMs)}`;
    expect(page).toContain(row([model, three(live), three(post), bounds, `${rounded(under1MsAfterS)} s`]));
  }
});

test("the page's table of other ways is that of the saved benchmark", () => {
  for (const { model, live, post, peers } of models) {
    const { lastSample, ntpClockFilter, lslHold, lslDejitter, robustLineAfterwards } = peers;
    const all = [live, lastSample, ntpClockFilter, lslHold, lslDejitter, post, robustLineAfterwards];
    expect(page).toContain(row([model, ...all.map((figures) => rounded(figures!.p99Ms))]));
  }
});

test("the page's table of the real hub is that of its saved benchmark, where every answer was inside its bound", () => {
  expect(rounds).toHaveLength(5);
  for (const { link, live, post } of rounds) {
    const cells = [live, post].flatMap(({ medianMs, worstP99Ms, boundMs }) => [
      `${rounded(medianMs)} / ${rounded(worstP99Ms)}`,
      rounded(boundMs),
    ]);
    expect([live.withinBound, post.withinBound]).toEqual([1, 1]);
    expect(page).toContain(row([link, ...cells, "all"]));
  }
});
