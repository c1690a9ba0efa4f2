import { allowedHosts, isHostAllowed, isLoopback, isOriginAllowed } from "../../apps/hub/src/security/origin.js";
import { rateLimit } from "../../apps/hub/src/security/rate-limit.js";
import { TokenBook } from "../../apps/hub/src/security/tokens.js";

test("a token is accepted until it expires or is revoked", () => {
  let nowUs = 0;
  const book = new TokenBook(() => nowUs);
  const token = book.issue("operator");
  expect(book.check(token)?.role).toBe("operator");
  nowUs = 25 * 3600e6;
  expect(book.check(token)).toBeUndefined();
  const second = book.issue("viewer");
  book.revoke(book.check(second)!.tokenId);
  expect(book.check(second)).toBeUndefined();
});

test.each([[undefined], [""], ["."], ["a.b"], [12], [{}], ["x".repeat(10_000)]])("%p is no token", (value) => {
  const book = new TokenBook(() => 0);
  book.issue("operator");
  expect(book.check(value)).toBeUndefined();
});

test("the right id with another secret is refused", () => {
  const book = new TokenBook(() => 0);
  const [id] = book.issue("operator").split(".");
  const [, secret] = book.issue("operator").split(".");
  expect(book.check(`${id}.${secret}`)).toBeUndefined();
});

test("asking for tokens without end does not grow the book without end", () => {
  const book = new TokenBook(() => 0);
  const first = book.issue("operator");
  for (let n = 0; n < 1000; n++) book.issue("operator");
  expect(book.check(first)).toBeUndefined();
});

const hosts = allowedHosts("127.0.0.1", 4280);

test.each([
  ["127.0.0.1:4280", true],
  ["localhost:4280", true],
  ["LOCALHOST:4280", true],
  ["[::1]:4280", true],
  ["localhost", false],
  ["localhost:80", false],
  ["evil.example:4280", false],
  ["127.0.0.1.evil.example:4280", false],
  [undefined, false],
])("Host %p is answered: %p", (header, expected) => {
  expect(isHostAllowed(header, hosts)).toBe(expected);
});

test.each([
  [undefined, true],
  ["http://localhost:4280", true],
  ["http://evil.example", false],
  ["http://localhost:4280.evil.example", false],
  ["null", false],
  ["file://", false],
])("Origin %p may speak: %p", (header, expected) => {
  expect(isOriginAllowed(header, hosts)).toBe(expected);
});

test.each([
  ["127.0.0.1", true],
  ["::ffff:127.0.0.1", true],
  ["::1", true],
  ["10.0.0.2", false],
  [undefined, false],
])("%p is this PC: %p", (address, expected) => {
  expect(isLoopback(address)).toBe(expected);
});

test("a sender over its rate is refused until the next second", () => {
  let nowMs = 0;
  const mayPass = rateLimit(3, () => nowMs);
  expect([mayPass(), mayPass(), mayPass(), mayPass()]).toEqual([true, true, true, false]);
  nowMs = 1000;
  expect(mayPass()).toBe(true);
});
