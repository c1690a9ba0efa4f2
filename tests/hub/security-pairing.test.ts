import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeHubDocument } from "../../apps/hub/src/hub-document.js";
import { Allowance } from "../../apps/hub/src/security/allowance.js";
import { isWildcard, networkAddresses, OwnAddresses } from "../../apps/hub/src/security/own-addresses.js";
import { PairedPhones } from "../../apps/hub/src/security/paired-phones.js";
import { Pairing } from "../../apps/hub/src/security/pairing.js";
import { TokenBook } from "../../apps/hub/src/security/tokens.js";

const DAY_MS = 24 * 3600e3;

let folder: string;
let path: string;
let utcMs = Date.UTC(2025, 6, 31);
let nowMs = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polychron-paired-"));
  path = join(folder, ".polychron", "paired.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

function phones(write = writeHubDocument): PairedPhones {
  return new PairedPhones({ path, write, utcMs: () => utcMs });
}

describe("a paired phone", () => {
  test("is known to every later hub of the folder, under the same id, as a device", async () => {
    const { token } = await phones().add("Pixel");
    const grant = phones().check(token);
    expect(grant).toEqual({ tokenId: token.split(".")[0], role: "device" });
    expect(phones().list()).toMatchObject([{ name: "Pixel", issued_at: "2025-07-31T00:00:00.000Z" }]);
  });

  test("leaves no secret on the disk", async () => {
    const { token } = await phones().add("Pixel");
    const text = readFileSync(path, "utf8");
    expect(text).toContain(token.split(".")[0]);
    expect(text).not.toContain(token.split(".")[1]);
  });

  test("is let in for a year", async () => {
    const own = phones();
    const { token, expiresAt } = await own.add("Pixel");
    expect(expiresAt).toBe("2026-07-31T00:00:00.000Z");
    utcMs += 365 * DAY_MS - 1;
    expect(own.check(token)).toBeDefined();
    utcMs += 1;
    expect(own.check(token)).toBeUndefined();
    await own.add("another");
    expect(own.list().map(({ name }) => name)).toEqual(["another"]);
  });

  test("that was revoked is out at once and for good, and who listens hears of it", async () => {
    const own = phones();
    const { token } = await own.add("Pixel");
    const revoked: string[] = [];
    const stop = own.onRevoked((id) => revoked.push(id));
    await own.revoke(token.split(".")[0]!);
    await own.revoke(token.split(".")[0]!);
    stop();
    expect([own.check(token), phones().check(token)]).toEqual([undefined, undefined]);
    expect(revoked).toEqual([token.split(".")[0]]);
  });

  test("is refused with another's secret", async () => {
    const own = phones();
    const [one, two] = [await own.add("one"), await own.add("two")];
    expect(own.check(`${one.token.split(".")[0]}.${two.token.split(".")[1]}`)).toBeUndefined();
  });

  test("whose token could not be written is not let in, then or later", async () => {
    let isFull = true;
    const own = phones((...document) => (isFull ? Promise.reject(new Error("full")) : writeHubDocument(...document)));
    await expect(own.add("Pixel")).rejects.toThrow("full");
    isFull = false;
    await own.add("another");
    expect(
      phones()
        .list()
        .map(({ name }) => name),
    ).toEqual(["another"]);
  });

  test("and another at the same moment are both on the disk", async () => {
    const own = phones();
    const [one, two] = await Promise.all([own.add("one"), own.add("two")]);
    expect([phones().check(one.token), phones().check(two.token)]).toEqual([
      expect.objectContaining({ role: "device" }),
      expect.objectContaining({ role: "device" }),
    ]);
  });

  test("is known to the token book beside the pages", async () => {
    const own = phones();
    const book = new TokenBook(() => 0, own);
    const { token } = await own.add("Pixel");
    expect(book.check(token)?.role).toBe("device");
    expect(book.check(book.issue("operator"))?.role).toBe("operator");
    expect(book.check("0123456789ab.x")).toBeUndefined();
  });
});

test.each([
  ["{"],
  ["[]"],
  ['{"phones":[{"token_id":"../x"}]}'],
  ['{"phones":[{"token_id":"0123456789ab","role":"operator"}]}'],
])(
  "a list of phones that reads %p is an error with its place, not an empty list, and is read again once mended",
  async (text) => {
    const before = await phones().add("Pixel");
    const good = readFileSync(path);
    writeFileSync(path, text);
    const own = phones();
    expect(() => own.check(before.token)).toThrow(
      expect.objectContaining({ code: "PAIRED_PHONES_BROKEN", params: expect.objectContaining({ path }) }),
    );
    await expect(own.add("new")).rejects.toMatchObject({ code: "PAIRED_PHONES_BROKEN" });
    expect(statSync(path).size).toBe(text.length);
    writeFileSync(path, good);
    expect(own.check(before.token)).toBeDefined();
  },
);

describe("a pairing code", () => {
  const pairing = (): Pairing => new Pairing(phones(), () => nowMs);

  test("has eight characters that nobody confuses", () => {
    const own = pairing();
    for (let n = 0; n < 200; n++) expect(own.issue().code).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
    expect(own.issue().expiresS).toBe(120);
  });

  test("works once", async () => {
    const own = pairing();
    const { code } = own.issue();
    const [one, two] = await Promise.allSettled([own.redeem(code, "a"), own.redeem(code, "b")]);
    expect([one.status, two.status]).toEqual(["fulfilled", "rejected"]);
  });

  test("ends after two minutes", async () => {
    const own = pairing();
    const { code } = own.issue();
    nowMs += 120_000;
    await expect(own.redeem(code, "a")).rejects.toMatchObject({ code: "PAIRING_CODE_WRONG" });
  });

  test("gives way when ten newer ones are open", async () => {
    const own = pairing();
    const first = own.issue();
    const later = Array.from({ length: 10 }, () => own.issue());
    await expect(own.redeem(first.code, "a")).rejects.toMatchObject({ code: "PAIRING_CODE_WRONG" });
    for (const { code } of later) expect((await own.redeem(code, "a")).token).toMatch(/^[0-9a-f]{12}\./);
  });

  test("cannot be guessed: after ten wrong tries none is taken until time has passed, the right one neither", async () => {
    const own = pairing();
    const { code } = own.issue();
    for (let n = 0; n < 10; n++)
      await expect(own.redeem("WRONG222", "a")).rejects.toMatchObject({ code: "PAIRING_CODE_WRONG" });
    await expect(own.redeem(code, "a")).rejects.toMatchObject({
      code: "RATE_LIMITED",
      params: { limit: 10, withinS: 60 },
    });
    nowMs += 6_000;
    expect((await own.redeem(code, "a")).token).toMatch(/\./);
  });
});

test("an allowance lets a burst pass, then as much as time brings", () => {
  let atMs = 0;
  const own = new Allowance({ burst: 3, perSecond: 2 }, () => atMs);
  expect([1, 2, 3, 4].map(() => own.take())).toEqual([true, true, true, false]);
  atMs = 499;
  expect(own.take()).toBe(false);
  atMs = 500;
  expect([own.take(), own.take()]).toEqual([true, false]);
  atMs = 3600e3;
  expect([1, 2, 3, 4].map(() => own.take())).toEqual([true, true, true, false]);
});

describe("the addresses of a hub", () => {
  test("that listens everywhere are those of its computer's networks, looked up anew every few seconds", () => {
    let atMs = 0;
    const own = new OwnAddresses("0.0.0.0", () => atMs);
    const first = own.list();
    expect(first).toEqual(networkAddresses());
    expect(own.list()).toBe(first);
    atMs = 5_000;
    expect(own.list()).not.toBe(first);
    expect(first.filter((address) => /^127\.|^\[::1|^\[fe80/.test(address))).toEqual([]);
  });

  test.each(["127.0.0.1", "192.168.1.5", "localhost", "::1"])("that listens on %s alone are no others", (host) => {
    expect([isWildcard(host), new OwnAddresses(host, () => 0).list()]).toEqual([false, []]);
  });
});
