import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { type BrowserLab, browserTests } from "./browser-lab.js";

const inBrowser = browserTests({ shimmers: 2 });

inBrowser(
  "from the first click to the downloaded file: connect, create, record, mark, reload, stop, end, export",
  async (lab) => {
    const page = await lab.open();
    await connectBoth(page);
    await createSession(page, "P07");
    await page.getByRole("button", { name: "Start recording" }).click();
    await setMarkers(page);
    await reloadLosesNothing(lab, page);
    await page.getByRole("button", { name: "Stop recording" }).click();
    await page.getByRole("button", { name: "End session" }).click();
    await page.getByRole("button", { name: "Yes, end session" }).click();
    await page.getByRole("link", { name: "See its quality and export it" }).click();
    await page.getByRole("button", { name: "Export", exact: true }).click();
    expect(await downloaded(page, "csv/markers.csv")).toMatch(/mark[\s\S]*Baseline[\s\S]*blue light/);
    expect((await downloaded(page, ".mat")).slice(0, 19)).toBe("MATLAB 5.0 MAT-file");
    expect(lab.complaints).toEqual([]);
  },
);

inBrowser("a hostile session name is shown as text and stays inside the recordings folder", async (lab) => {
  const page = await lab.open();
  await page.getByRole("link", { name: "Record", exact: true }).click();
  const name = '../../<img src=x onerror="window.hacked=true">\u202e';
  await createSession(page, name);
  await expect(page.getByRole("heading", { name: "<img src=x" }).textContent()).resolves.toContain(
    '../../<img src=x onerror="window.hacked=true">',
  );
  expect(await page.locator("main img").count()).toBe(0);
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
  const { sessions } = lab.hub.client.snapshot;
  expect(sessions[0]!.id).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(lab.complaints).toEqual([]);
});

inBrowser("a port that is not there: the error says what happened and what to do", async (lab) => {
  const page = await lab.open();
  await page.getByRole("link", { name: "Devices" }).click();
  await page.getByLabel("Connect by address").fill("/dev/tty-not-there");
  await page.keyboard.press("Enter");
  const alert = page.getByRole("alert").filter({ hasText: "tty-not-there" });
  await expect(alert.innerText()).resolves.toMatch(
    /There is no port \/dev\/tty-not-there[\s\S]*Switch the device on[\s\S]*TRANSPORT_NOT_FOUND/,
  );
});

async function connectBoth(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^Connect/ })
    .first()
    .click();
  await page.getByRole("button", { name: /^\+ Connect/ }).click();
  await page.getByText("● Live").nth(1).waitFor();
}

async function createSession(page: Page, name: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("button", { name: "Start recording" }).waitFor();
}

/** By key, by preset key, by button and by note: each is in the log before the next. */
async function setMarkers(page: Page): Promise<void> {
  const log = page.getByRole("log");
  await page.getByRole("button", { name: "Stop recording" }).waitFor();
  await page.keyboard.press("m");
  await log.getByText("Marker mark").waitFor();
  await page.keyboard.press("1");
  await log.getByText("Marker Baseline").waitFor();
  await page.getByPlaceholder("Other label").fill("blue light");
  await page.getByRole("button", { name: "Set marker" }).click();
  await log.getByText("Marker blue light").waitFor();
  await page.getByRole("textbox", { name: "Note" }).fill("coughed at 12, moved 1 m");
  await page.getByRole("button", { name: "Save note" }).click();
  await log.getByText("coughed at 12, moved 1 m").waitFor();
  await page.getByText("3 markers so far").waitFor();
}

async function reloadLosesNothing(lab: BrowserLab, page: Page): Promise<void> {
  const before = await writtenCounts(page, 1);
  await page.reload();
  await page.getByText("3 markers so far").waitFor();
  await page.getByRole("log").getByText("Marker Baseline").waitFor();
  const after = await writtenCounts(page, before[0]! + 1);
  expect(after).toHaveLength(2);
  expect(lab.hub.client.snapshot.sessions[0]!.recording!.number).toBe(1);
}

/** Samples on the disk as each device's card says, once all of them are at least `least`. */
async function writtenCounts(page: Page, least: number): Promise<number[]> {
  const counts = await page.waitForFunction((atLeast) => {
    const found = [...document.querySelectorAll(".facts")].map((facts) =>
      Number(/([\d\u202f]+) written/.exec(facts.textContent)?.[1]?.replace(/\D/g, "")),
    );
    return found.length === 2 && found.every((count) => count >= atLeast) ? found : undefined;
  }, least);
  return counts.jsonValue() as Promise<number[]>;
}

async function downloaded(page: Page, path: string): Promise<string> {
  const button = page.getByRole("button", { name: new RegExp(`^Download .*${path.replaceAll(".", "\\.")}$`) });
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFile(await download.path(), "latin1");
}
