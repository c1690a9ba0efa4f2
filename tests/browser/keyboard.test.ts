import type { Page } from "playwright-core";
import { browserTests } from "./browser-lab.js";

const inBrowser = browserTests({ shimmers: 1 }, (lab) => lab.connectAll());

inBrowser("the keyboard alone records, marks once per press, and ends", async (lab) => {
  const page = await lab.open();
  await page.getByText("● Live").waitFor();
  await tabTo(page, "Name");
  await page.keyboard.type("1 to m 9"); // keys that set markers elsewhere
  await pressOn(page, "Create session");
  await pressOn(page, "Start recording");
  await page.getByRole("button", { name: "Stop recording" }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "mark");
  await page.keyboard.press("Space");
  await page.getByText("1 recording, 1 marker so far").waitFor();
  await pressOn(page, "Stop recording");
  await pressOn(page, "End session");
  await page.getByRole("dialog").waitFor();
  await page.waitForFunction(() => document.activeElement?.closest("[role=dialog]") !== null);
  await page.keyboard.press("m"); // the question has the keys: no marker
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.textContent === "End session");
  expect(lab.hub.client.snapshot.sessions[0]).toMatchObject({ name: "1 to m 9", markers: 1 });
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await pressOn(page, "Yes, end session");
  await page.getByText("Session 1 to m 9 is sealed.").waitFor();
});

/** A button that cannot act yet takes the focus all the same, so the key waits until it can. */
async function pressOn(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, disabled: false }).waitFor();
  await tabTo(page, name);
  await page.keyboard.press("Enter");
}

/** Goes on with the Tab key until something of this name has the focus; the page is a ring of far fewer stops than it may take. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    if ((await focusedName(page)).includes(name)) return;
  }
  throw new Error(`The Tab key does not reach "${name}".`);
}

/** What has the focus, by its label or its text. */
function focusedName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement as HTMLInputElement | null;
    if (focused === document.body) return "";
    const label = focused?.labels?.[0]?.textContent ?? focused?.getAttribute("aria-label");
    return label ?? focused?.textContent ?? "";
  });
}
