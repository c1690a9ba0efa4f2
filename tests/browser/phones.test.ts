import { diskFiles, SessionReader } from "@polychron/session/store";
import type { Locator, Page } from "playwright-core";
import { type BrowserLab, browserTests } from "./browser-lab.js";
import { EmulatedPhoneProcess } from "./emulated-phone-process.js";

const inBrowser = browserTests({ simulate: 1 });

inBrowser(
  "phone, Shimmer and camera are recorded together, and what the phone recorded itself comes after",
  async (lab) => {
    const page = await lab.open();
    await connectBesidePhone(page);
    await pictureChanges(page);
    const session = await startSession(page, lab);
    await page.keyboard.press("m");
    await page.getByRole("log").getByText("Marker mark").waitFor();
    await reloadKeepsAll(lab, page);
    await page.getByRole("button", { name: "Stop recording" }).click();
    await page
      .getByRole("log", { name: "Event log" })
      .getByText(/phone_1_rgb_\S+\.mp4/)
      .waitFor();
    await page.getByText("Files on their way").waitFor({ state: "detached" });
    await endSession(page);
    await page.getByText("Session P07 is sealed.").waitFor();
    expect(await wholeFiles(lab, session)).toEqual(
      expect.arrayContaining(["phone_1 imu", "phone_1 rgb", "phone_1 status", "webcam_1 rgb"]),
    );
    await exportSession(page);
    expect(lab.complaints).toEqual([]);
  },
);

inBrowser(
  "a phone is added by its code, dies while it records, is waited for when the session ends, and is unpaired",
  async (lab) => {
    const page = await lab.open();
    await page.getByRole("link", { name: "Devices" }).click();
    const phone = await addPhone(page, lab);
    try {
      await page.getByRole("link", { name: "Record", exact: true }).click();
      await startSession(page, lab);
      const card = page.getByRole("listitem").filter({ hasText: phone.device });
      await card.getByText(/[1-9]\d* written/).waitFor();
      await phone.end("SIGKILL");
      await card.getByText("Away. It records on by itself and will send what is missing.").waitFor();
      await page.getByText(`Away, recording by itself: Emulated phone 1 (${phone.device})`).waitFor();
      await page.getByRole("button", { name: "Stop recording" }).click();
      await page.getByRole("button", { name: "End session" }).click();
      const untold = `What Emulated phone 1 (${phone.device}) recorded on itself was not told yet`;
      await page.getByRole("dialog").getByText(untold).waitFor();
      await page.getByRole("button", { name: "Yes, end session" }).click();
      await page.getByRole("listitem").filter({ hasText: "its own recording 1" }).getByText("not told yet").waitFor();
      await page.getByRole("button", { name: "Close without them…" }).click();
      await page.getByRole("button", { name: "Yes, close without them" }).click();
      await page.getByText("Session P07 is sealed without 1 file.").waitFor();
      await unpair(page, phone.device);
      expect(lab.complaints).toEqual([]);
    } finally {
      await phone.end("SIGKILL");
    }
  },
);

/** The phone has joined by itself; the others are on offer. */
async function connectBesidePhone(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "New session" }).waitFor();
  await page.getByText("Emulated phone 1").first().waitFor();
  for (const name of [/^\+ Connect Simulated Shimmer/, "+ Connect Simulated camera 1"])
    await page.getByRole("button", { name }).click();
  await page.getByText("● Live").nth(2).waitFor();
  await page
    .getByText(/Battery \d+\s%/)
    .first()
    .waitFor();
}

function picture(page: Page): Locator {
  return page.getByRole("img", { name: "Live picture of Simulated camera 1" }).first();
}

/** What the page draws, not its address, must become another picture. */
async function pictureChanges(page: Page): Promise<void> {
  await picture(page).waitFor();
  const before = await picture(page).evaluate(drawn);
  expect(before).toMatch(/^data:image\/png/);
  const limitMs = Date.now() + 10_000;
  while ((await picture(page).evaluate(drawn)) === before)
    if (Date.now() > limitMs) throw new Error("The live picture stayed as it was for 10 s.");
}

/** Runs in the page. */
function drawn(image: SVGElement | HTMLElement): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [64, 36];
  canvas.getContext("2d")!.drawImage(image as HTMLImageElement, 0, 0, 64, 36);
  return canvas.toDataURL();
}

/** Resolves with the session's id when the recording runs. */
async function startSession(page: Page, lab: BrowserLab): Promise<string> {
  await page.getByLabel("Name", { exact: true }).fill("P07");
  await page.getByRole("button", { name: "Create session" }).click();
  await page.getByRole("button", { name: "Start recording" }).click();
  await page.getByRole("button", { name: "Stop recording" }).waitFor();
  return lab.hub.client.snapshot.sessions[0]!.id;
}

/** After a reload everything is there again: marker, counts of every stream, cards, live picture. */
async function reloadKeepsAll(lab: BrowserLab, page: Page): Promise<void> {
  const frames = await framesWritten(page, 1);
  await page.reload();
  await page.getByText("1 recording, 1 marker so far").waitFor();
  await page.getByRole("log").getByText("Marker mark").waitFor();
  await page.getByText("● Live").nth(2).waitFor();
  await pictureChanges(page);
  await framesWritten(page, frames + 1);
  expect(lab.hub.client.snapshot.sessions[0]!.recording!.number).toBe(1);
}

/** Frames of the camera on the disk as the counts say, once they are at least `least`. */
async function framesWritten(page: Page, least: number): Promise<number> {
  const found = await page.waitForFunction((atLeast) => {
    const row = [...document.querySelectorAll("tr")].find((line) => line.textContent!.includes("rgb frames"));
    const written = Number(row?.cells[4]!.textContent!.replace(/\D/g, ""));
    return written >= atLeast ? written : undefined;
  }, least);
  return (await found.jsonValue())!;
}

async function endSession(page: Page): Promise<void> {
  await page.getByRole("button", { name: "End session" }).click();
  await page.getByRole("button", { name: "Yes, end session" }).click();
}

/** Device and type of every file that the sealed session calls whole. */
async function wholeFiles(lab: BrowserLab, session: string): Promise<string[]> {
  const { metadata } = await SessionReader.open(diskFiles(), lab.recordings, session);
  expect(metadata.status).toBe("completed");
  return Object.entries(metadata.files).flatMap(([device, files]) =>
    files.filter(({ complete }) => complete).map((file) => `${device} ${file.file_type}`),
  );
}

async function exportSession(page: Page): Promise<void> {
  await page.getByRole("link", { name: "See its quality and export it" }).click();
  await page.getByRole("button", { name: "Export", exact: true }).click();
  for (const name of [/^Download csv\/phone_1_imu/, /^Download csv\/webcam_1_\S+_frames\.csv/, /^Download matlab\/P07/])
    await page.getByRole("button", { name }).waitFor();
}

/** The code on the page lets the phone in; the dialogue closes by itself and says who came. */
async function addPhone(page: Page, lab: BrowserLab): Promise<EmulatedPhoneProcess> {
  await page.getByRole("button", { name: "Add phone" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a phone" });
  await dialog.getByText("No phone can reach this hub yet").waitFor();
  await dialog.getByText(lab.hub.url).waitFor();
  const said = await dialog.getByRole("img", { name: /^Code:/ }).getAttribute("aria-label");
  const phone = await EmulatedPhoneProcess.join(lab.hub.url, said!.replace("Code:", "").replaceAll(" ", ""));
  await page.getByText(`Emulated phone 1 (${phone.device}) has joined.`).first().waitFor();
  await dialog.waitFor({ state: "detached" });
  return phone;
}

async function unpair(page: Page, device: string): Promise<void> {
  await page.getByRole("link", { name: "Devices" }).click();
  await page.getByRole("button", { name: `Unpair Emulated phone 1 (${device})…` }).click();
  await page.getByRole("button", { name: "Yes, unpair" }).click();
  await page.getByRole("region", { name: `Emulated phone 1 (${device})` }).waitFor({ state: "detached" });
  await page.getByRole("region", { name: "Emulated phone 1" }).waitFor();
}
