import type { SessionEvent } from "@polychron/session/model";
import { diskFiles, SessionReader } from "@polychron/session/store";
import type { Page } from "playwright-core";
import { type BrowserLab, browserTests } from "./browser-lab.js";

const inBrowser = browserTests({ shimmers: 1 }, (lab) => lab.connectAll());

async function record(lab: BrowserLab, page: Page): Promise<string> {
  await page.getByLabel("Name", { exact: true }).fill("P07");
  await page.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByRole("button", { name: "Make a sync cue" }).waitFor();
  return lab.hub.client.snapshot.sessions[0]!.id;
}

/** What the page's screen shows, each time it changes. */
async function watchLight(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = (): void => {
      const light = document.querySelector<HTMLElement>(".cue-stage")?.dataset["light"] ?? "none";
      if (seen.at(-1) !== light) seen.push(light);
      requestAnimationFrame(look);
    };
    Object.assign(window, { seen });
    look();
  });
  return () => page.evaluate(() => (window as unknown as { seen: string[] }).seen);
}

inBrowser(
  "a cue turns the screen black, flashes the code, and the log says when it was seen and heard",
  async (lab) => {
    const page = await lab.open();
    const session = await record(lab, page);
    const light = await watchLight(page);
    await page.getByRole("button", { name: "Make a sync cue" }).click();
    await page.locator(".cue-stage[data-light=lit]").waitFor();
    if (process.env["CUE_PICTURE"] !== undefined) await page.screenshot({ path: process.env["CUE_PICTURE"] });
    const log = page.getByRole("log");
    await log.getByText("this computer: flash").waitFor();
    await log.getByText("this computer: chirp").waitFor();
    const pulses = ["lit", "dark"];
    expect(await light()).toEqual(["none", "dark", ...pulses, ...pulses, ...pulses, ...pulses, "none"]);
    const cues = await cueEvents(lab, session);
    const [ordered, ...done] = cues;
    for (const act of ["flash", "chirp"]) {
      const event = done.find((each) => each["act"] === act)!;
      expect(event).toMatchObject({ phase: "done", maker: "page", cue: ordered!["seq"] });
      expect(Math.abs(Number(event["t_s"]) - Number(ordered!["t_s"]))).toBeLessThan(0.25);
      expect(event["uncertainty_s"]).toBeGreaterThan(0);
      expect(event["uncertainty_s"]).toBeLessThan(0.2);
    }
    await page.getByRole("button", { name: "Stop recording" }).click();
    await page.getByRole("button", { name: "Make a sync cue" }).waitFor({ state: "detached" });
    expect(lab.complaints).toEqual([]);
  },
);

inBrowser("who asks for less motion is warned first, and Escape ends the flashing at once", async (lab) => {
  const page = await lab.open((opened) => opened.emulateMedia({ reducedMotion: "reduce" }));
  await page.getByRole("link", { name: "Record", exact: true }).click();
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByRole("button", { name: "Make a sync cue" }).waitFor();
  await page.keyboard.press("c");
  await page.getByRole("dialog").getByText("at most three flashes in any second").waitFor();
  await page.getByRole("button", { name: "Flash now" }).click();
  await page.locator(".cue-stage").waitFor();
  await page.keyboard.press("Escape");
  await page.locator(".cue-stage").waitFor({ state: "detached" });
  await page.getByText("its flash does not count").waitFor();
  await page.getByRole("button", { name: "Stop recording" }).click();
  expect(lab.complaints).toEqual([]);
});

async function cueEvents(lab: BrowserLab, session: string): Promise<SessionEvent[]> {
  const reader = await SessionReader.open(diskFiles(), lab.recordings, session);
  const events: SessionEvent[] = [];
  for await (const event of reader.events()) if (event.event === "sync_cue") events.push(event);
  return events;
}
