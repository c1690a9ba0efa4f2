import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sendDamagedFile, sendFile } from "../../../apps/hub/src/lab/phone/file-sender.js";
import { SmallHub } from "./small-hub.js";
import type { SmallTus } from "./small-tus.js";

const never = new AbortController().signal;
let folder: string;
let hub: SmallHub;
let tus: SmallTus;
let bytes: Buffer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-sender-"));
  hub = await SmallHub.open();
  tus = hub.tus;
  bytes = randomBytes(9_000_000);
  await writeFile(join(folder, "video.mp4"), bytes);
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

const file = (): { session: string; fileId: string; path: string } => ({
  session: "walk_20250731_143022",
  fileId: "rgb_1",
  path: join(folder, "video.mp4"),
});
const target = (): { endpoint: string; token: string } => ({ endpoint: `${hub.url}/uploads`, token: "secret" });
const arrived = (): Buffer => tus.files.get("walk_20250731_143022 rgb_1")!.bytes;

test("a file arrives whole although its connection is cut twice, in the name of the phone's token", async () => {
  tus.cuts = 2;
  await sendFile(target(), file(), never);
  expect(arrived().equals(bytes)).toBe(true);
  expect([...tus.tokens]).toEqual(["Bearer secret"]);
});

test("a damaged file differs in one byte, is refused, and the next try sends the right one", async () => {
  let refused: Buffer | undefined;
  tus.refuses = (received) => {
    const isWrong = !received.equals(bytes);
    if (isWrong) refused = received;
    return isWrong;
  };
  const failure = await sendDamagedFile(target(), file(), never).catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ code: "SIMULATION_FAILED", message: expect.stringContaining("422: wrong hash") });
  expect(refused!.filter((byte, at) => byte !== bytes[at])).toHaveLength(1);
  await sendFile(target(), file(), never);
  expect(arrived().equals(bytes)).toBe(true);
  expect(await readdir(folder)).toEqual(["video.mp4"]);
});

test("an upload that is told to stop ends at once and can go on later", async () => {
  const stop = new AbortController();
  tus.refuses = () => {
    stop.abort(new Error("gone"));
    return true;
  };
  await expect(sendFile(target(), file(), stop.signal)).rejects.toThrow("gone");
  tus.refuses = () => false;
  await sendFile(target(), file(), never);
  expect(arrived().equals(bytes)).toBe(true);
});

test("a hub that is not there is a typed error", async () => {
  await hub.close();
  await expect(sendFile(target(), file(), never)).rejects.toMatchObject({ code: "SIMULATION_FAILED" });
});
