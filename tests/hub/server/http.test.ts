import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { DoorBench, type Ask } from "./door-bench.js";

let at: DoorBench;
beforeAll(async () => {
  at = await DoorBench.open({}, 300);
});
afterAll(() => at.close());

const own = (): Record<string, string> => ({ origin: at.doors.url });

describe("a request without a valid token", () => {
  const PROTECTED: [string, Ask][] = [
    ["/api/snapshot", {}],
    ["/api/sessions", {}],
    ["/api/sessions/x", {}],
    ["/api/sessions/x/events", {}],
    ["/api/sessions/x/exports", {}],
    ["/api/sessions/x/exports/csv/a.csv", {}],
    ["/api/commands", { method: "POST", body: "{}" }],
    ["/%61pi/snapshot", {}],
    ["/api/%73napshot", {}],
    ["/api/snapshot?token=1", {}],
    ["/%61pi/commands", { method: "POST", body: "{}" }],
  ];

  test.each(PROTECTED)("is refused at %s", async (path, ask) => {
    const answer = await at.ask(path, { ...ask, headers: { authorization: "" } });
    expect([answer.status, answer.code]).toEqual([401, "TOKEN_REQUIRED"]);
  });

  test("is refused with whatever stands in the place of one", async () => {
    for (const authorization of [
      "Bearer",
      "Bearer x",
      "Bearer a.b",
      "Basic YTpi",
      `Bearer ${"x".repeat(5_000)}`,
      "Bearer __proto__.x",
    ])
      expect((await at.ask("/api/snapshot", { headers: { authorization } })).code).toBe("TOKEN_REQUIRED");
  });

  test("is refused once its token has expired", async () => {
    const authorization = `Bearer ${at.token()}`;
    expect((await at.ask("/api/snapshot", { headers: { authorization } })).status).toBe(200);
    at.nowUs += 25 * 3600e6;
    expect((await at.ask("/api/snapshot", { headers: { authorization } })).code).toBe("TOKEN_REQUIRED");
  });

  test("gets the health and nothing else of the hub", async () => {
    expect(await at.ask("/api/health", { headers: { authorization: "" } })).toMatchObject({
      status: 200,
      text: '{"ok":true}',
    });
  });
});

test.each(["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", "localhost"])(
  "the Host %p is not this hub: 421, also for the page, the token and the health",
  async (host) => {
    for (const path of ["/", "/api/health", "/api/snapshot"])
      expect(await at.ask(path, { headers: { host } })).toMatchObject({ status: 421, code: "HOST_NOT_ALLOWED" });
    expect(await at.ask("/api/token", { method: "POST", headers: { host, ...own() } })).toMatchObject({ status: 421 });
  },
);

test.each(["https://evil.example", "null", "http://127.0.0.1", "file://", "http://127.0.0.1:1"])(
  "the Origin %p may not speak: 403, token or not",
  async (origin) => {
    for (const path of ["/", "/api/health", "/api/snapshot"])
      expect(await at.ask(path, { headers: { origin } })).toMatchObject({ status: 403, code: "ORIGIN_NOT_ALLOWED" });
    expect(await at.ask("/api/token", { method: "POST", headers: { origin } })).toMatchObject({ status: 403 });
  },
);

test("a token is issued to the hub's own page and to nobody who does not say where it comes from", async () => {
  const issued = await at.ask("/api/token", { method: "POST", headers: { authorization: "", ...own() } });
  const { token } = JSON.parse(issued.text) as { token: string };
  expect((await at.ask("/api/snapshot", { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
  const bare = await at.ask("/api/token", { method: "POST", headers: { authorization: "" } });
  expect([bare.status, bare.code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
  expect((await at.ask("/api/token", { headers: own() })).status).toBe(404);
});

test("every answer carries the rules for the browser", async () => {
  for (const path of ["/", "/api/health", "/api/snapshot", "/nowhere"]) {
    const { headers } = await at.ask(path);
    expect(headers["content-security-policy"]).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("no-referrer");
  }
});

describe("a hostile body", () => {
  const post = (body: string, headers: Record<string, string> = {}): ReturnType<DoorBench["ask"]> =>
    at.ask("/api/commands", { method: "POST", body, headers });

  test.each([
    ["nothing", "", 400],
    ["half a document", '{"kind":', 400],
    ["a document behind a document", "{}{}", 400],
    ["a megabyte", `{"kind":"${"x".repeat(1_000_000)}"}`, 413],
    ["a poisoned prototype", '{"__proto__":{"role":"operator"},"kind":"scan_devices"}', 400],
  ])("of %s is refused by the door", async (_name, body, status) => {
    expect(await post(body)).toMatchObject({ status, code: "REQUEST_INVALID" });
  });

  test.each([
    ["a list", "[]"],
    ["a number", "1"],
    ["null", "null"],
    ["a text", '"stop"'],
    [
      "thirty thousand lists in one another",
      `{"kind":"configure_device","device":"a","settings":{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}}`,
    ],
    [
      "a thousand unknown keys",
      JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`k${n}`, n]))),
    ],
    [
      "a number beyond all numbers",
      '{"kind":"marker","command_id":"9d9b3a3e-7f0c-4a55-9d0f-0a4f2f3c1a11","session":"s","label":"x","at_us":1e999}',
    ],
  ])("of %s is no command", async (_name, body) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, code: "COMMAND_INVALID" });
    expect(answer.text.length).toBeLessThan(1_000);
  });

  test("of another kind than JSON is refused", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
      expect(await post("{}", { "content-type": type })).toMatchObject({ status: 415, code: "REQUEST_INVALID" });
  });
});

describe("an address that leads nowhere", () => {
  test.each([
    ["nobody knows", "/nowhere", 404],
    ["begins like the others", "/api/", 404],
    ["is under the others", "/api/nowhere", 404],
    ["has two strokes", "//api/snapshot", 404],
    ["leads back", "/api/snapshot/..", 404],
    ["leads out", "/..%2f..%2fetc/passwd", 404],
    ["hides a stroke", "/api/sessions/a%2fb", 404],
    ["is very long", `/api/sessions/${"x".repeat(5_000)}`, 414],
    ["ends too early", "/api/sessions/session_20250731_143022/exports/", 400],
    ["is cut", "/%", 400],
    ["is no text", "/api/sessions/%ff", 400],
  ])("because it %s", async (_name, path, status) => {
    const answer = await at.ask(path);
    expect([answer.status, answer.headers["x-content-type-options"]]).toEqual([status, "nosniff"]);
    expect(answer.code).toMatch(/^(ROUTE_NOT_FOUND|SESSION_NOT_FOUND|REQUEST_INVALID)$/);
  });

  test.each([
    "..",
    ".",
    "..%2f",
    "..%2f..%2fetc",
    "%2fetc",
    "%00",
    ".polychron",
    "session_20250731_143022%00",
    "%2e%2e",
    "C:%5C",
  ])("a session called %s", async (session) => {
    for (const path of ["", "/events", "/exports", "/exports/csv/a.csv"])
      expect([400, 404]).toContain((await at.ask(`/api/sessions/${session}${path}`)).status);
  });

  test("a page of sessions that cannot be", async () => {
    for (const query of [
      "limit=0",
      "limit=201",
      "limit=x",
      "limit=1e9",
      "limit=1&limit=2",
      `cursor=${"x".repeat(300)}`,
    ])
      expect(await at.ask(`/api/sessions?${query}`)).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  });
});

describe("exported files", () => {
  const SESSION = "session_20250731_143022";
  const list = (files: object[]): string => JSON.stringify({ files });

  beforeAll(() => {
    const folder = join(at.recordings, SESSION, "exports", "csv");
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(at.recordings, SESSION, "exports", "matlab"));
    writeFileSync(join(folder, "markers.csv"), "t_s,label\n");
    writeFileSync(join(folder, "secret.csv"), "not in the list");
    writeFileSync(join(at.recordings, "outside.csv"), "outside");
    const tables = join(at.recordings, SESSION, "processing", "synchronized_data");
    mkdirSync(tables, { recursive: true });
    writeFileSync(join(tables, "synchronized_100hz_20250731_143022.csv"), "t_s\n");
    writeFileSync(join(tables, "synchronized_50hz_20250731_143022.csv.part"), "t_");
    writeFileSync(join(tables, "notes.csv"), "somebody's own");
    symlinkSync(join(at.recordings, "outside.csv"), join(tables, "synchronized_link.csv"));
    symlinkSync(join(at.recordings, "outside.csv"), join(folder, "link.csv"));
    writeFileSync(
      join(folder, "export.json"),
      list([
        { name: "markers.csv", bytes: 10 },
        { name: "link.csv", bytes: 7 },
        { name: "gone.csv", bytes: 1 },
      ]),
    );
  });

  test("are listed and sent as attachments that no browser runs", async () => {
    const answer = await at.ask(`/api/sessions/${SESSION}/exports/csv/markers.csv`);
    expect([answer.status, answer.text]).toEqual([200, "t_s,label\n"]);
    expect(answer.headers).toMatchObject({
      "content-disposition": 'attachment; filename="markers.csv"',
      "content-type": "application/octet-stream",
      "x-content-type-options": "nosniff",
    });
  });

  test("tables on a common time base are among them, whole ones only", async () => {
    const path = "synchronized_data/synchronized_100hz_20250731_143022.csv";
    const { files } = JSON.parse((await at.ask(`/api/sessions/${SESSION}/exports`)).text) as { files: object[] };
    expect(files.filter((file) => JSON.stringify(file).includes("synchronized"))).toEqual([{ path, size: 4 }]);
    expect((await at.ask(`/api/sessions/${SESSION}/exports/${path}`)).text).toBe("t_s\n");
  });

  test.each([
    "synchronized_data/synchronized_50hz_20250731_143022.csv.part",
    "synchronized_data/synchronized_link.csv",
    "synchronized_data/notes.csv",
    "synchronized_data/../../session_metadata.json",
    "csv/secret.csv",
    "csv/link.csv",
    "csv/gone.csv",
    "csv/export.json",
    "csv/../../session_metadata.json",
    "csv/..%2f..%2fsession_metadata.json",
    "..%2f..%2foutside.csv",
    "%2fetc%2fpasswd",
    "csv/markers.csv%00.txt",
    "csv",
  ])("that no export made are not sent: %s", async (path) => {
    expect((await at.ask(`/api/sessions/${SESSION}/exports/${path}`)).status).toBe(404);
  });

  test("whose list was tampered with or broken are refused with a remedy", async () => {
    for (const text of [list([{ name: "../../../outside.csv", bytes: 7 }]), "{", "[]"]) {
      writeFileSync(join(at.recordings, SESSION, "exports", "matlab", "export.json"), text);
      const answer = await at.ask(`/api/sessions/${SESSION}/exports`);
      expect([answer.status, answer.code]).toEqual([422, "EXPORT_LIST_BROKEN"]);
    }
  });
});

test("a connection that says nothing is closed, one that has asked is not", async () => {
  const silent = await at.socket();
  const asking = await at.socket();
  asking.write(`GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:${at.port}\r\n\r\n`);
  await once(asking, "data");
  await once(silent, "close");
  expect(asking.destroyed).toBe(false);
  asking.destroy();
});

test("what is no HTTP at all is answered and closed", async () => {
  const socket = await at.socket();
  socket.write("\x16\x03\x01 hello\r\n\r\n");
  const [bytes] = (await once(socket, "data")) as [Buffer];
  expect(bytes.toString()).toMatch(/^HTTP\/1\.1 400/);
  await once(socket, "close");
});
