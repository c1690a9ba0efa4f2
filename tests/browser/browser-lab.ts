import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "@polychron/hub";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "../../scripts/chromium.mjs";
import { findProgram } from "../../scripts/system-programs.mjs";
import { startHubProcess, type HubProcess } from "../flow/hub-process.js";

/** Declares a test in a browser. */
export type BrowserTest = (name: string, run: (lab: BrowserLab) => Promise<void>) => void;

/** The devices of a lab: so many emulated Shimmers on ports of their own, and so many of each kind from the hub itself. */
export interface LabSize {
  readonly shimmers?: number;
  readonly simulate?: number;
}

/**
 * `test` with a lab that is started before the tests of this file and closed after them. Where a program is missing each
 * is skipped by a name that says so; one that fails says what the pages showed.
 */
export function browserTests(size: LabSize, prepare?: (lab: BrowserLab) => Promise<void>): BrowserTest {
  const missing = missingProgram(size);
  if (missing !== undefined) return (name) => test.skip(`${name} (not run: ${missing} is missing)`, () => undefined);
  let lab: BrowserLab | undefined;
  beforeAll(async () => {
    lab = await BrowserLab.start(size);
    await prepare?.(lab);
  }, 30_000);
  afterAll(() => lab?.close(), 30_000);
  return (name, run) => test(name, () => lab!.watch(run), 60_000);
}

/** Emulated phones and cameras make their videos with ffmpeg. */
function missingProgram({ simulate = 0 }: LabSize): string | undefined {
  if (chromiumPath() === undefined) return "Chromium";
  return simulate > 0 && findProgram("ffmpeg") === undefined ? "ffmpeg" : undefined;
}

/** A simulated lab, a hub in a process of its own, and a browser that looks at its page. */
export class BrowserLab {
  readonly #lab: Lab;
  readonly #recordings: string;
  readonly #browser: Browser;
  /** What no page may ever say: errors in its console, and exceptions. */
  readonly complaints: string[] = [];
  readonly #pages: Page[] = [];
  hub: HubProcess;

  private constructor(parts: { lab: Lab; recordings: string; browser: Browser; hub: HubProcess }) {
    this.#lab = parts.lab;
    this.#recordings = parts.recordings;
    this.#browser = parts.browser;
    this.hub = parts.hub;
  }

  static async start({ shimmers = 0, simulate = 0 }: LabSize): Promise<BrowserLab> {
    const recordings = await mkdtemp(join(tmpdir(), "polychron-browser-"));
    const lab = await Lab.start({ shimmers, seed: 3 });
    const flags = simulate === 0 ? [] : ["--simulate", String(simulate)];
    const [hub, browser] = await Promise.all([startHub(recordings, lab, flags), launchChromium()]);
    return new BrowserLab({ lab, recordings, browser, hub });
  }

  get recordings(): string {
    return this.#recordings;
  }

  /** Connects every sensor, as the devices page would. */
  async connectAll(): Promise<void> {
    const order = (address: string) => this.hub.client.order({ kind: "connect_device", family: "shimmer", address });
    await Promise.all(this.#lab.candidates.map(({ address }) => order(address)));
  }

  /** A new window on the hub's page, with a storage of its own. */
  async open(prepare: (page: Page) => Promise<void> = async () => undefined): Promise<Page> {
    const page = await (await this.#browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    this.#pages.push(page);
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (said) => said.type() === "error" && this.complaints.push(said.text()));
    await prepare(page);
    await page.goto(this.hub.url);
    return page;
  }

  /** Runs a test and closes its windows; its failure carries what they showed. */
  async watch(run: (lab: BrowserLab) => Promise<void>): Promise<void> {
    try {
      await run(this);
    } catch (cause) {
      const shown = await Promise.all(this.#pages.map((page) => page.locator("body").innerText()));
      throw new Error([String(cause), ...this.complaints, ...shown].join("\n--- the page:\n"), { cause });
    } finally {
      for (const page of this.#pages.splice(0)) await page.context().close();
    }
  }

  /** A crash of the hub, without a word. */
  async killHub(): Promise<void> {
    await this.hub.kill();
  }

  /** Another hub on the same folder and at the same address. */
  async restartHub(): Promise<void> {
    this.hub = await startHub(this.#recordings, this.#lab, ["--port", new URL(this.hub.url).port]);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.hub.stop();
    await this.#lab.close();
    await rm(this.#recordings, { recursive: true, force: true });
  }
}

function startHub(recordings: string, lab: Lab, flags: readonly string[] = []): Promise<HubProcess> {
  const ports = lab.candidates.map(({ address }) => address);
  const behindPorts = ports.length === 0 ? [] : ["--serial-port", ...ports];
  return startHubProcess(recordings, [...behindPorts, "--start-lead-ms", "100", ...flags]);
}
