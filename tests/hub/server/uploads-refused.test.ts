import { randomBytes } from "node:crypto";
import { metadataOf, OTHER_PHONE, PHONE, replyTo, SEALED, SESSION, UploadBench } from "./upload-bench.js";

let at: UploadBench;
beforeEach(async () => {
  at = await UploadBench.open();
});
afterEach(() => at.close());

/** Where a new upload of `bytes` goes. */
async function begun(bytes: Uint8Array): Promise<string> {
  at.announce("rgb_1", bytes);
  return (await at.create("rgb_1", bytes.length)).headers.location!;
}

describe("is refused with its code:", () => {
  test("a page's token", async () => {
    const ask = { token: at.token(PHONE, "operator") };
    const refused = { status: 403, code: "ROLE_NOT_ALLOWED" };
    const path = await begun(randomBytes(3));
    expect(await at.create("rgb_1", 3, ask)).toMatchObject(refused);
    expect(await at.patch(path, 0, randomBytes(3), ask)).toMatchObject(refused);
    expect(await at.ask("HEAD", { path, ...ask })).toMatchObject({ status: 403 });
  });

  test("no token, and one of a phone that never said hello", async () => {
    expect(await at.create("rgb_1", 3, { token: "x" })).toMatchObject({ status: 401, code: "TOKEN_REQUIRED" });
    expect(await at.create("rgb_1", 3, { token: at.token("") })).toMatchObject({ code: "PHONE_HELLO_FIRST" });
  });

  test("another device's file", async () => {
    const path = await begun(randomBytes(3));
    const ask = { token: at.token(OTHER_PHONE) };
    const unknown = { status: 404, code: "UPLOAD_UNKNOWN_FILE" };
    expect(await at.create("rgb_1", 3, ask)).toMatchObject(unknown);
    expect(await at.patch(path, 0, randomBytes(3), ask)).toMatchObject(unknown);
    expect(await at.ask("HEAD", { path, ...ask })).toMatchObject({ status: 404 });
  });

  test("a file that was not announced, a session that is not there or sealed, another length", async () => {
    at.announce("rgb_1", randomBytes(3));
    expect(await at.create("rgb_2", 3)).toMatchObject({ status: 404, code: "UPLOAD_UNKNOWN_FILE" });
    const session = "pilot_9_20250731_143022";
    expect(await at.create("rgb_1", 3, { session })).toMatchObject({ status: 404, code: "SESSION_NOT_FOUND" });
    expect(await at.create("rgb_1", 3, { session: SEALED })).toMatchObject({ status: 409, code: "SESSION_IMMUTABLE" });
    for (const length of [0, 2, 4])
      expect(await at.create("rgb_1", length)).toMatchObject({ status: 400, code: "UPLOAD_SIZE_WRONG" });
  });

  const hostile = ["", ".", "..", "../rgb_1", "a/b", "a\\b", "rgb_1\0", "%2e%2e", "-rgb", "f".repeat(65), "röntgen"];
  test.each(hostile)("the file id %j", async (fileId) => {
    expect(await at.create(fileId, 3)).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  });

  test.each(["", "..", "pilot_1", "../pilot_1_20250731_143022", "a/b_20250731_143022"])(
    "the session %j",
    async (session) => {
      expect(await at.create("rgb_1", 3, { session })).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
    },
  );

  const METADATA = ["", "session", "session x,file_id y", "__proto__ YQ==", "session YQ==,session YQ==", ",,,"];
  test.each(METADATA)("the Upload-Metadata %j", async (metadata) => {
    const headers = { "upload-length": 3, "upload-metadata": metadata };
    expect(await at.ask("POST", { headers })).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  });

  test.each(["-1", "1.5", "1e3", "x", " ", "99999999999999999999"])("the length or offset %j", async (value) => {
    const headers = { "upload-length": value, "upload-metadata": metadataOf({ session: SESSION, file_id: "rgb_1" }) };
    const path = await begun(randomBytes(3));
    expect(await at.ask("POST", { headers })).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
    const offset = { "upload-offset": value };
    expect(await at.patch(path, 0, randomBytes(3), { headers: offset })).toMatchObject({ code: "REQUEST_INVALID" });
  });

  test("an upload of unknown length, and a request without the version of tus", async () => {
    at.announce("rgb_1", randomBytes(3));
    const metadata = { "upload-metadata": metadataOf({ session: SESSION, file_id: "rgb_1" }) };
    expect(await at.ask("POST", { headers: { ...metadata, "upload-defer-length": 1 } })).toMatchObject({
      ...{ status: 400, code: "REQUEST_INVALID" },
    });
    const request = at.begin("POST", { headers: { ...metadata, "upload-length": 3 } });
    request.removeHeader("tus-resumable");
    request.end();
    expect(await replyTo(request)).toMatchObject({
      status: 412,
      code: "REQUEST_INVALID",
      headers: { "tus-version": "1.0.0" },
    });
  });

  const PATHS = [
    "x",
    "..",
    "%2e%2e%2f",
    "AAAA",
    `${"A".repeat(300)}`,
    "c2Vzc2lvbg",
    "a/b",
    "%00",
    "cGlsb3RfMV8yMDI1MDczMV8xNDMwMjIvLi4",
  ];
  test.each(PATHS)("the address %j", async (id) => {
    const answer = await at.patch(`/uploads/${id}`, 0, randomBytes(3));
    expect([answer.status, answer.code]).toEqual([404, "ROUTE_NOT_FOUND"]);
  });

  test("another address of the same file, a removal, a download, and data of another type", async () => {
    const path = await begun(randomBytes(3));
    expect(await at.ask("HEAD", { path: `${path}=` })).toMatchObject({ status: 404 });
    for (const method of ["DELETE", "GET", "PUT"])
      expect(await at.ask(method, { path })).toMatchObject({ status: 404, code: "ROUTE_NOT_FOUND" });
    const headers = { "content-type": "application/octet-stream" };
    expect(await at.patch(path, 0, randomBytes(3), { headers })).toMatchObject({
      status: 415,
      code: "REQUEST_INVALID",
    });
  });
});

describe("every answer about a known upload names its offset:", () => {
  test.each<[string, object, Uint8Array, number]>([
    ["a body longer than one request may bring", {}, randomBytes(8_388_609), 413],
    ["data of another type", { "content-type": "application/json" }, randomBytes(3), 415],
    ["a text that is no offset", { "upload-offset": "abc" }, randomBytes(3), 400],
    ["an offset below zero", { "upload-offset": "-1" }, randomBytes(3), 400],
    ["another version of tus", { "tus-resumable": "0.2.0" }, randomBytes(3), 400],
    ["another offset", { "upload-offset": "9" }, randomBytes(3), 409],
  ])("%s", async (_name, headers, body, status) => {
    const bytes = randomBytes(9_000_000);
    const path = await begun(bytes);
    await at.patch(path, 0, bytes.subarray(0, 5));
    const answer = await at.patch(path, 5, body, { headers: headers as Record<string, string> });
    expect([answer.status, answer.headers["upload-offset"]]).toEqual([status, "5"]);
  });
});

test("data within a creation are not taken", async () => {
  const bytes = randomBytes(3);
  at.announce("rgb_1", bytes);
  const headers = {
    ...{ "content-type": "application/offset+octet-stream", "upload-length": 3 },
    "upload-metadata": metadataOf({ session: SESSION, file_id: "rgb_1" }),
  };
  expect(await at.ask("POST", { headers, body: bytes })).toMatchObject({
    status: 201,
    headers: { "upload-offset": "0" },
  });
});
