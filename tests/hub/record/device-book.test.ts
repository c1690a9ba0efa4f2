import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeviceIdentity } from "@polychron/devices";
import { errorReport } from "@polychron/session/model";
import { writeHubDocument } from "../../../apps/hub/src/hub-document.js";
import { DeviceBook } from "../../../apps/hub/src/record/device-book.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polychron-book-"));
  path = join(folder, ".polychron", "devices.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (): DeviceBook => new DeviceBook(path, writeHubDocument);

function shimmer(mac: string): DeviceIdentity {
  return {
    hardwareId: `shimmer:${mac}`,
    proposedId: `shimmer_${mac.slice(-4)}`,
    deviceType: "shimmer_gsr",
    label: mac,
    capabilities: [],
    firmware: "",
    driver: "",
    simulated: true,
  };
}

async function codeOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (thrown) {
    return errorReport(thrown).code;
  }
  return "nothing thrown";
}

test("two Shimmers with the same suffix stay two, and each keeps its id for ever", async () => {
  const book = open();
  const ids = [await book.idOf(shimmer("0006663a5f")), await book.idOf(shimmer("0006673a5f"))];
  expect(ids).toEqual(["shimmer_3a5f", "shimmer_3a5f_2"]);
  const next = open();
  expect([await next.idOf(shimmer("0006673a5f")), await next.idOf(shimmer("0006663a5f"))]).toEqual(ids.toReversed());
});

test("many devices met at the same moment each get an id that outlives the hub", async () => {
  const book = open();
  const macs = Array.from({ length: 20 }, (_, number) => `00066${String(number).padStart(2, "0")}aaaa`);
  const ids = await Promise.all(macs.map((mac) => book.idOf(shimmer(mac))));
  expect(new Set(ids).size).toBe(20);
  const next = open();
  expect(await Promise.all(macs.map((mac) => next.idOf(shimmer(mac))))).toEqual(ids);
});

test("settings are kept by the thing, not by its place", async () => {
  const book = open();
  await book.idOf(shimmer("0006663a5f"));
  await book.keepSettings("shimmer:0006663a5f", { rateHz: 64 });
  expect(open().settingsOf("shimmer:0006663a5f")).toEqual({ rateHz: 64 });
  expect(open().settingsOf("shimmer:unknown")).toEqual({});
});

test("settings that are the same are not written again", async () => {
  let writes = 0;
  const book = new DeviceBook(path, () => Promise.resolve(void (writes += 1)));
  await book.idOf(shimmer("0006663a5f"));
  await book.keepSettings("shimmer:0006663a5f", { rateHz: 64, sensors: ["gsr"] });
  await book.keepSettings("shimmer:0006663a5f", { rateHz: 64, sensors: ["gsr"] });
  await book.idOf(shimmer("0006663a5f"));
  expect(writes).toBe(2);
});

test.each([
  ["half a line", '{"devices":{'],
  ["a list", "[]"],
  ["an id that is no name", '{"devices":{"a":{"id":"../etc","settings":{}}}}'],
])(
  "a book that holds %s is refused with a remedy, left as it is, and read again once it is mended",
  async (_name, text) => {
    await open().idOf(shimmer("0006663a5f"));
    const good = readFileSync(path, "utf8");
    writeFileSync(path, text);
    const book = open();
    expect(await codeOf(() => book.idOf(shimmer("0006663a5f")))).toBe("DEVICE_BOOK_BROKEN");
    expect(await codeOf(() => book.settingsOf("shimmer:0006663a5f"))).toBe("DEVICE_BOOK_BROKEN");
    expect(readFileSync(path, "utf8")).toBe(text);
    writeFileSync(path, good);
    expect(await book.idOf(shimmer("0006663a5f"))).toBe("shimmer_3a5f");
  },
);

test("an id that could not be written is tried again before it is handed out", async () => {
  let isFailing = true;
  const write = (to: string, text: string): Promise<void> =>
    isFailing ? Promise.reject(new Error("no room")) : writeHubDocument(to, text);
  const book = new DeviceBook(path, write);
  await expect(book.idOf(shimmer("0006663a5f"))).rejects.toThrow("no room");
  isFailing = false;
  expect(await book.idOf(shimmer("0006663a5f"))).toBe("shimmer_3a5f");
  expect(await open().idOf(shimmer("0006673a5f"))).toBe("shimmer_3a5f_2");
});

test("a place that cannot be written is a storage error with a remedy", async () => {
  writeFileSync(join(folder, ".polychron"), "a file where the folder should be");
  expect(await codeOf(() => writeHubDocument(path, "{}"))).toBe("STORAGE_WRITE_FAILED");
});
