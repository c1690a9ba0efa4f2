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

function read(path: string): string {
  return readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
}

const { models, ok } = JSON.parse(read("results/sync.json")) as { models: readonly Model[]; ok: boolean };
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

test("the page's table of errors is that of the saved benchmark, which kept its bounds", () => {
  expect(ok).toBe(true);
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
