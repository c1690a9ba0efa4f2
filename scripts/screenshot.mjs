import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { chromiumPath, launchChromium } from "./chromium.mjs";
import { ROOT } from "./child.mjs";

const PICTURE = join(ROOT, "docs", "images", "ui.png");
/** Of each kind; the phones join by themselves. */
const DEVICES = 2;
const KINDS = 3;
const VIEWPORT = { width: 1280, height: 1130 };
/** Label and moment of each marker, as the recording's clock shows it. */
const MARKERS = [
  { key: "1", at: "00:04" },
  { key: "4", at: "00:14" },
  { key: "5", at: "00:17" },
  { key: "4", at: "00:29" },
  { key: "3", at: "00:38" },
];
const TAKEN_AT = "00:44";

/** A hub with a simulated lab, on any free port. */
async function startHub(recordings) {
  const program = join(ROOT, "apps", "hub", "bin", "polychron.mjs");
  const args = ["hub", "--simulate", String(DEVICES), "--port", "0", "--recordings", recordings];
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return { child, url };
  }
  throw new Error("The hub did not start; its own words stand above.");
}

/** One after the other, so that the picture has the same order every time. */
async function connectDevices(page) {
  const live = page.getByText("● Live");
  await live.nth(DEVICES - 1).waitFor();
  for (let connected = DEVICES; connected < KINDS * DEVICES; connected++) {
    await page
      .getByRole("button", { name: /^\+ Connect/ })
      .first()
      .click();
    await live.nth(connected).waitFor();
  }
}

async function record(page) {
  await page.getByLabel("Name", { exact: true }).fill("P07");
  await page.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("button", { name: "Start recording" }).click();
  const timer = page.getByRole("timer");
  for (const { key, at } of MARKERS) {
    await timer.getByText(at).waitFor({ timeout: 60_000 });
    await page.keyboard.press(key);
  }
  await timer.getByText(TAKEN_AT).waitFor({ timeout: 60_000 });
}

/** Takes the README's picture: the page while simulated phones, Shimmers and cameras are being recorded. */
async function main() {
  if (chromiumPath() === undefined) throw new Error("Chromium is missing; install it, or name it in CHROMIUM.");
  const recordings = mkdtempSync(join(tmpdir(), "polychron-picture-"));
  const [hub, browser] = await Promise.all([startHub(recordings), launchChromium()]);
  try {
    const page = await browser.newPage({ viewport: VIEWPORT, colorScheme: "light" });
    await page.goto(hub.url);
    await connectDevices(page);
    await record(page);
    mkdirSync(dirname(PICTURE), { recursive: true });
    await page.screenshot({ path: PICTURE });
    console.log(`Made ${PICTURE}`);
  } finally {
    await browser.close();
    const ended = once(hub.child, "exit");
    hub.child.kill("SIGTERM");
    await ended;
    rmSync(recordings, { recursive: true, force: true });
  }
}

await main();
