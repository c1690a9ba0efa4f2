import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { browserTests } from "./browser-lab.js";

const inBrowser = browserTests({ shimmers: 1 }, (lab) => lab.connectAll());

inBrowser(
  "a killed hub: the page says so, comes back by itself, and lets the operator continue one session and discard another",
  async (lab) => {
    const { client } = lab.hub;
    const kept = String((await client.order({ kind: "create_session", name: "kept" }))["session"]);
    const empty = String((await client.order({ kind: "create_session", name: "empty", devices: [] }))["session"]);
    await client.order({ kind: "start_recording", session: kept });
    await client.until(
      (now) => now.sessions.some((view) => view.recording?.streams[0]?.written),
      "samples on the disk",
    );
    const page = await lab.open();
    await page.getByRole("button", { name: "Stop recording" }).waitFor();
    await lab.killHub();
    await page.getByText("No connection to the hub").waitFor();
    await lab.restartHub();
    await page.getByText("2 sessions were interrupted.").waitFor();
    await page.getByRole("button", { name: "Decide now" }).click();
    await discard(page, "empty");
    await continueSession(page, "kept");
    expect(existsSync(join(lab.recordings, empty))).toBe(false);
    expect(lab.hub.client.snapshot.sessions.map((view) => [view.id, view.recordings])).toEqual([[kept, 2]]);
  },
);

async function discard(page: Page, name: string): Promise<void> {
  const card = page.getByRole("region", { name });
  await card.getByRole("button", { name: "Discard…" }).click();
  await card.getByRole("button", { name: "No, keep it" }).click();
  await card.getByRole("button", { name: "Discard…" }).click();
  await card.getByRole("button", { name: "Yes, discard" }).click();
  await card.waitFor({ state: "detached" });
}

/** It was recording, so it records again, behind a gap that the log names. */
async function continueSession(page: Page, name: string): Promise<void> {
  const card = page.getByRole("region", { name });
  await expect(card.innerText()).resolves.toMatch(/What was lost[\s\S]*at most \d+ samples/);
  await card.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Recording 2").waitFor();
  await page.getByRole("button", { name: "Stop recording" }).waitFor();
  await page.getByRole("log").getByText("the hub was not running").waitFor();
}
