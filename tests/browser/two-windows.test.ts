import type { Locator, Page, WebSocketRoute } from "playwright-core";
import { browserTests } from "./browser-lab.js";

const inBrowser = browserTests({ shimmers: 1 }, (lab) => lab.connectAll());

inBrowser("two windows agree: what one does, the other shows", async (lab) => {
  const [left, right] = await Promise.all([lab.open(), lab.open()]);
  await left.getByLabel("Name", { exact: true }).fill("P01");
  await left.getByRole("button", { name: "Create session" }).click();
  await right.getByRole("button", { name: "Start recording" }).click();
  await left.getByRole("button", { name: "Stop recording" }).waitFor();
  await left.keyboard.press("m");
  await right.getByRole("log").getByText("Marker mark").waitFor();
  await right.getByRole("button", { name: "Stop recording" }).click();
  await left.getByText("1 recording, 1 marker so far").waitFor();
  await left.getByRole("button", { name: "Start recording" }).waitFor();
  expect(lab.complaints).toEqual([]);
});

inBrowser("of two starts one wins, and the other window says why it did not, and what to do", async (lab) => {
  const held = new HeldSnapshots();
  const late = await lab.open((page) => held.watch(page));
  const first = await lab.open();
  await late.getByRole("button", { name: "Start recording" }).waitFor();
  held.hold();
  await first.getByRole("button", { name: "Start recording" }).click();
  await first.getByRole("button", { name: "Stop recording" }).waitFor();
  await late.getByRole("button", { name: "Start recording" }).click();
  await expect(refusal(late).innerText()).resolves.toMatch(
    /'start_recording' is not possible[\s\S]*Stop the recording first\.[\s\S]*SESSION_INVALID_STATE/,
  );
  held.release();
  await late.getByRole("button", { name: "Stop recording" }).waitFor();
  expect(lab.hub.client.snapshot.sessions[0]!.recordings).toBe(2);
  expect(await refusal(first).count()).toBe(0);
});

/** What a window says of a command that was refused; a busy machine may make it say other things as well. */
function refusal(page: Page): Locator {
  return page.getByRole("alert").filter({ hasText: "SESSION_INVALID_STATE" });
}

/** Keeps snapshots from a page for a while, so that it acts on what was true a moment ago. */
class HeldSnapshots {
  #isHolding = false;
  readonly #waiting: (() => void)[] = [];

  watch(page: Page): Promise<void> {
    return page.routeWebSocket(/socket\.io/, (route) => this.#join(route));
  }

  hold(): void {
    this.#isHolding = true;
  }

  release(): void {
    this.#isHolding = false;
    for (const pass of this.#waiting.splice(0)) pass();
  }

  #join(route: WebSocketRoute): void {
    route.connectToServer().onMessage((message) => {
      const pass = (): void => route.send(message);
      if (this.#isHolding && message.includes('["snapshot"')) this.#waiting.push(pass);
      else pass();
    });
  }
}
