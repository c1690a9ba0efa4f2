import { parsePhoneFault } from "@polychron/devices";
import { reportSession } from "@polychron/processing";
import { DiskFiles, SessionReader } from "@polychron/session/store";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmulatedPhone } from "../../apps/hub/src/lab/phone/emulated-phone.js";
import { startHubProcess, type HubProcess } from "./hub-process.js";

let folder: string;
let hub: HubProcess;
let phones: EmulatedPhone[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-wrong-clock-"));
  hub = await startHubProcess(join(folder, "recordings"));
  phones = [];
});
afterEach(async () => {
  for (const phone of phones) await phone.close();
  await hub.stop();
  await rm(folder, { recursive: true });
});

/** A phone in the network; its id. */
async function joined(number: number): Promise<{ phone: EmulatedPhone; device: string }> {
  const make = { number, seed: number, driftPpm: 30, ffmpeg: "ffmpeg", folder: join(folder, `phone-${number}`) };
  const phone = await EmulatedPhone.start(make);
  phones.push(phone);
  const { code } = await hub.client.order({ kind: "pair_phone" });
  return { phone, device: (await phone.join({ hub: hub.url, code: String(code) })).device };
}

test("over the network a right clock is known within a millisecond in seconds, and a wrong one is refused by name", async () => {
  const right = await joined(1);
  const wrong = await joined(2);
  wrong.phone.order(parsePhoneFault("clock-milliseconds"));
  const { devices } = await hub.client.until(({ devices }) => {
    const [first, second] = [right, wrong].map(({ device }) => devices.find(({ id }) => id === device));
    return first?.clock?.quality === "good" && second?.phase === "connected";
  }, "one phone live and one refused");
  const [known, refused] = [right, wrong].map(({ device }) => devices.find(({ id }) => id === device)!);
  expect(known).toMatchObject({ phase: "armed", error: null, clock: { method: "two_way", outside: 0 } });
  expect(refused!.error).toMatchObject({ code: "PHONE_CLOCK_WRONG", message: expect.stringContaining("1000") });
});

test("a session with a refused phone is bad, and its report says which phone recorded nothing, and why", async () => {
  const right = await joined(1);
  const wrong = await joined(2);
  wrong.phone.order(parsePhoneFault("clock-epoch"));
  await hub.client.until(({ devices }) => {
    const [first, second] = [right, wrong].map(({ device }) => devices.find(({ id }) => id === device));
    return first?.clock?.quality === "good" && second?.phase === "connected";
  }, "one phone live and one refused");
  const { session } = await hub.client.order({
    kind: "create_session",
    name: "refused",
    operator: null,
    participants: [],
  });
  await hub.client.order({ kind: "start_recording", session: String(session) });
  await hub.client.until(
    ({ sessions }) => sessions[0]?.recording?.streams.some(({ received }) => received > 100) === true,
    "a second of samples",
  );
  await hub.client.order({ kind: "stop_recording", session: String(session) });
  await hub.client.order({ kind: "end_session", session: String(session), without_missing: true });
  await hub.client.until(({ sessions }) => sessions.length === 0, "the session sealed");
  const files = new DiskFiles();
  const place = { recordingsFolder: join(folder, "recordings"), sessionId: String(session) };
  const options = { software: { name: "polychron", version: "0" }, signal: new AbortController().signal };
  const { verdict, scores } = await reportSession(files, place, options);
  expect(verdict.level).toBe("poor");
  expect(verdict.text).toContain(`There are no samples of ${wrong.device} at all.`);
  expect(verdict.text).toContain("It never began recording 1: it was refused (PHONE_CLOCK_WRONG).");
  expect(scores.data).toMatchObject({ value: 0, device: wrong.device });
  const { metadata } = await SessionReader.open(files, place.recordingsFolder, place.sessionId);
  const told = metadata.recordings[0]!.coordination!.find(({ device }) => device === wrong.device);
  expect(told!.start).toMatchObject({ status: "never", reason: "refused" });
});
