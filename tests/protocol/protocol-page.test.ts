import {
  decodeBlock,
  fillProtocolPage,
  PAIR_PATH,
  PHONE_LIMITS,
  PHONE_PROTOCOL_VERSION,
  UPLOAD_PATH,
} from "@polychron/protocol";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { statusOf } from "../../apps/hub/src/server/status-code.js";
import { EXAMPLES, fences, PAGE, SCHEMAS } from "./page.js";

const ROOT = join(import.meta.dirname, "../..");

test("the generated parts are what the schemas say; after a change: npm run build, node scripts/protocol-page.mjs", () => {
  expect(PAGE).toContain("<!-- generated: messages -->\n| message |");
  expect(PAGE).toContain("<!-- generated: limits -->\n| limit |");
  expect(fillProtocolPage(PAGE)).toBe(PAGE);
});

test("every field of every message is explained", () => {
  const rows = PAGE.split("\n").filter((line) => /^\| `[\w.[\]]+` \|/.test(line));
  expect(rows.length).toBeGreaterThan(80);
  expect(rows.filter((row) => /\| *\|$/.test(row))).toEqual([]);
});

test.each(EXAMPLES.map(({ what, value }, at) => [what, at + 1, value]))(
  "the example of '%s' (%i) is read by its schema",
  (what, _at, value) => {
    expect([...SCHEMAS.keys()]).toContain(what);
    expect(SCHEMAS.get(what as string)?.safeParse(value)).toMatchObject({ success: true });
  },
);

test("every message and every answer has an example", () => {
  expect([...new Set(EXAMPLES.map(({ what }) => what))].sort()).toEqual([...SCHEMAS.keys()].sort());
});

test("the block in hex is the one that the text describes", () => {
  const [example] = fences("hex");
  expect(decodeBlock(Uint8Array.from(Buffer.from(example!.text.replaceAll(/\s/g, ""), "hex")))).toEqual({
    kind: "block",
    block: {
      streamIndex: 0,
      firstSeq: 250,
      skips: false,
      deviceTimeS: Float64Array.of(9125, 9125.02),
      channels: [Float64Array.of(0.25, -0.5), Float64Array.of(9.81, 0)],
      missing: [Uint8Array.of(0, 0), Uint8Array.of(0, 1)],
    },
  });
});

test("the HTTP examples use the hub's paths and name the file of the walk-through", () => {
  const requests = fences("http").map(({ text }) => text.trim());
  const announced = EXAMPLES.find(({ what }) => what === "file_stored")!.value as { session: string; file_id: string };
  const [pair, create, patch, head] = requests;
  expect(pair).toMatch(new RegExp(`^POST ${PAIR_PATH} HTTP`));
  expect(create).toMatch(new RegExp(`^POST ${UPLOAD_PATH} HTTP`));
  const [, session, fileId] = /Upload-Metadata: session (\S+),file_id (\S+)/.exec(create!)!;
  const place = /Location: (\S+)/.exec(create!)![1]!;
  expect([session!, fileId!].map((text) => Buffer.from(text, "base64").toString())).toEqual([
    announced.session,
    announced.file_id,
  ]);
  expect(patch).toMatch(new RegExp(`^PATCH ${place} HTTP`));
  expect(head).toMatch(new RegExp(`^HEAD ${place} HTTP`));
});

test("the limits in the examples are those that the hub tells", () => {
  const answers = EXAMPLES.filter(({ what }) => what === "hello answer");
  expect(answers.length).toBeGreaterThan(0);
  for (const { value } of answers) expect(PHONE_LIMITS).toMatchObject((value as { limits: object }).limits);
});

test("the page speaks of the version that the hub speaks", () => {
  expect(PAGE).toContain(`This is version ${PHONE_PROTOCOL_VERSION} of the protocol`);
});

const TABLES = [
  "packages/devices/src/errors.ts",
  "packages/session/src/model/session-error.ts",
  "apps/hub/src/errors.ts",
];
const KNOWN = ["INTERNAL_ERROR"].concat(
  TABLES.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{/gm)].map(([, code]) => code!);
  }),
);
const errorsPart = PAGE.slice(PAGE.indexOf("\n## Errors"), PAGE.indexOf("\n## Versions"));
const LISTED = [...errorsPart.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) => cell!.match(/[A-Z][A-Z0-9_]+/g)!);

test("every code in the tables of errors exists", () => {
  expect(LISTED.length).toBeGreaterThan(15);
  expect(LISTED.filter((code) => !KNOWN.includes(code))).toEqual([]);
});

test("every code about phones and uploads is in the tables of errors, once", () => {
  const wanted = KNOWN.filter((code) => /^(PHONE|UPLOAD|PAIRING)_/.test(code));
  expect(wanted.filter((code) => LISTED.filter((listed) => listed === code).length !== 1)).toEqual([]);
});

test("every code that the hub has an HTTP status of its own for, and a phone can meet, is listed", () => {
  const met = [
    "TOKEN_REQUIRED",
    "ROLE_NOT_ALLOWED",
    "ROUTE_NOT_FOUND",
    "REQUEST_INVALID",
    "RATE_LIMITED",
    "HOST_NOT_ALLOWED",
  ]
    .concat(["ORIGIN_NOT_ALLOWED", "SESSION_NOT_FOUND", "SESSION_IMMUTABLE", "SESSION_INTERRUPTED", "HUB_STOPPING"])
    .concat(["PAIRED_PHONES_BROKEN", "DEVICE_BOOK_BROKEN", "DEVICE_CONNECT_TIMEOUT", "DEVICE_CONNECT_CANCELLED"])
    .concat(["STORAGE_FENCED", "STORAGE_FULL", "STORAGE_WRITE_FAILED", "EVENT_NOT_CONFIRMED", "INTERNAL_ERROR"]);
  expect(met.filter((code) => !LISTED.includes(code))).toEqual([]);
});

test("the HTTP status beside a code is the one that the hub answers with", () => {
  const rows = [...errorsPart.matchAll(/^\| `([A-Z_]+)` \| (\d*) \| .* \| .* \|$/gm)];
  const stated = rows.filter(([, , status]) => status !== "").map(([, code, status]) => [code!, Number(status)]);
  expect(stated.length).toBeGreaterThan(15);
  expect(stated).toEqual(stated.map(([code]) => [code, statusOf(String(code))]));
});

test("every link inside the page leads to a heading", () => {
  const headings = [...PAGE.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title!.toLowerCase().replaceAll(" ", "-"));
  const links = [...PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, to]) => to!);
  expect(links.length).toBeGreaterThan(15);
  expect(links.filter((link) => !headings.includes(link))).toEqual([]);
});
