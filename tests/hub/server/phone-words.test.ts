import fc from "fast-check";
import { HubError } from "@polychron/session/model";
import { decodeBlock, phoneHello } from "@polychron/protocol";
import { readAnswer, refusalOf, shortName } from "../../../apps/hub/src/server/phone-answers.js";
import { blockPlace, readPhoneWord } from "../../../apps/hub/src/server/phone-words.js";
import { blockBytes, HELLO } from "./phone-bench.js";

const said = { hello: true, device: "phone" };
const anything = fc.anything({ withTypedArray: true, withNullPrototype: true, withBigInt: false, maxDepth: 4 });

/** A hello as it was read, or the code of its refusal. */
function hello(value: object): object | string {
  try {
    return readPhoneWord({ name: "hello", values: [value], wantsAnswer: true }, said).value;
  } catch (thrown) {
    return (thrown as HubError).code;
  }
}

test("whatever is said is read or refused with a code, never anything else", () => {
  const name = fc.oneof(fc.constantFrom("hello", "block", "status", "event", "__proto__", "valueOf"), fc.string());
  fc.assert(
    fc.property(name, fc.array(anything, { maxLength: 2 }), fc.boolean(), (message, values, wantsAnswer) => {
      try {
        expect(readPhoneWord({ name: message, values, wantsAnswer }, said).name).toBe(message);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(HubError);
        expect(refusalOf(thrown, message).of).toBe(shortName(message));
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a good hello with one field changed at random is read as it is or refused", () => {
  const given = anything.filter((value) => value !== undefined); // what is absent has its default
  const field = fc.constantFrom(...Object.keys(HELLO));
  fc.assert(
    fc.property(field, given, (name, value) => {
      const read = hello({ ...HELLO, [name]: value });
      if (typeof read === "string") expect(read).toMatch(/^(REQUEST_INVALID|PHONE_PROTOCOL_UNSUPPORTED)$/);
      else expect(read).toMatchObject({ ...HELLO, [name]: value });
    }),
    { numRuns: 1_000 },
  );
});

test("whatever a phone answers to an order is understood or refused with a code, never anything else", () => {
  const order = fc.constantFrom("arm", "disarm", "start", "stop", "upload", "file_stored" as const);
  fc.assert(
    fc.property(order, anything, (name, answer) => {
      try {
        expect(readAnswer(name as "arm", answer, "phone")).toMatchObject({ ok: true });
      } catch (thrown) {
        expect((thrown as HubError).code).toMatch(/^PHONE_(REFUSED|ANSWER_INVALID)$/);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a block is read as its sender made it", () => {
  const bytes = blockBytes(5, 3);
  const word = readPhoneWord({ name: "block", values: [bytes], wantsAnswer: false }, said);
  expect({ kind: "block", block: word.value }).toEqual(decodeBlock(bytes));
});

test("the place of a block is told by its head alone, whatever follows", () => {
  const head = blockBytes(70).slice(0, 16);
  expect(blockPlace(head, undefined)).toEqual({ params: { stream: "#0", seq: 70 } });
  expect(blockPlace(head.slice(0, 15), undefined)).toEqual({ params: {} });
  expect(blockPlace("block", undefined)).toEqual({ params: {} });
});

test("of an announced stream the place is told in samples, no more of them than a block may have", () => {
  const hello = phoneHello.parse(HELLO);
  const head = blockBytes(70, 5, { skips: true }).slice(0, 16);
  const place = { fileType: "imu", fromSeq: 70, toSeq: 75, skips: true };
  expect(blockPlace(head, hello)).toEqual({ params: { stream: "imu", seq: 70 }, place });
  const claimsMore = head.map((byte, index) => (index === 7 ? 255 : byte));
  expect(blockPlace(claimsMore, hello).place).toEqual({ ...place, toSeq: 70 + 4096 });
  const beyond = head.map((byte, index) => (index >= 8 ? 255 : byte));
  expect(blockPlace(beyond, hello).place).toBeUndefined();
});

test("a later minor version of the protocol is heard", () => {
  expect(hello({ ...HELLO, protocol: "1.7" })).toMatchObject({ protocol: "1.7" });
});
