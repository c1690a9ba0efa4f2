import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { commandResult, UI_NAMESPACE, type HubSnapshot } from "@polychron/protocol";
import type { SessionEvent } from "@polychron/session/model";
import type { Socket as PageSocket } from "socket.io-client";
import WebSocket from "ws";
import { random } from "./random.js";
import { DoorBench } from "./door-bench.js";

let at: DoorBench;
beforeAll(async () => {
  at = await DoorBench.open();
});
afterAll(() => at.close());

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** The first line of the answer to an upgrade. */
async function upgrade(headers: Record<string, string>): Promise<string> {
  const socket = await at.socket();
  const lines = Object.entries({ ...UPGRADE, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${lines.join("")}\r\n`);
  const [bytes] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return bytes.toString();
}

/** Sends anything under any name; "nothing" when no answer comes. */
function say(page: PageSocket, name: string, ...values: unknown[]): Promise<unknown> {
  return page.timeout(10_000).emitWithAck(name, ...values) as Promise<unknown>;
}

/** The next thing that a page hears under a name. */
function heard(page: PageSocket, name: string): Promise<unknown> {
  return new Promise((resolve) => page.once(name, resolve));
}

/** A page below the level of its library, already let in. */
async function barePage(doors: DoorBench): Promise<WebSocket> {
  const page = new WebSocket(`ws://127.0.0.1:${doors.port}/socket.io/?EIO=4&transport=websocket`);
  await once(page, "message");
  page.send(`40${UI_NAMESPACE},${JSON.stringify({ token: doors.token() })}`);
  await once(page, "message");
  return page;
}

/** The next acknowledgement, as it came. */
async function answerOn(page: WebSocket): Promise<string> {
  for (;;) {
    const [bytes] = (await once(page, "message")) as [Buffer];
    if (bytes.toString().startsWith("43")) return bytes.toString();
  }
}

describe("an upgrade", () => {
  test("under a foreign name or from a foreign page is refused with its code", async () => {
    const host = `127.0.0.1:${at.port}`;
    expect(await upgrade({ host: "evil.example" })).toMatch(/^HTTP\/1\.1 421 [^]*HOST_NOT_ALLOWED/);
    expect(await upgrade({ host, origin: "https://evil.example" })).toMatch(/^HTTP\/1\.1 403 [^]*ORIGIN_NOT_ALLOWED/);
    expect(await upgrade({ host, origin: at.doors.url })).toMatch(/^HTTP\/1\.1 101 /);
  });

  test("that polls instead is held to the same rules at every request", async () => {
    const path = "/socket.io/?EIO=4&transport=polling";
    expect(await at.ask(path, { headers: { host: "evil.example" } })).toMatchObject({
      status: 421,
      code: "HOST_NOT_ALLOWED",
    });
    expect(await at.ask(path, { headers: { origin: "null" } })).toMatchObject({
      status: 403,
      code: "ORIGIN_NOT_ALLOWED",
    });
    const opened = await at.ask(path);
    const { sid } = JSON.parse(opened.text.slice(1)) as { sid: string };
    expect(opened.headers["x-content-type-options"]).toBe("nosniff");
    expect(await at.ask(`${path}&sid=${sid}`, { headers: { origin: "null" } })).toMatchObject({ status: 403 });
  });
});

describe("a page without a valid token", () => {
  test.each([
    ["none", {}],
    ["an empty one", { token: "" }],
    ["a wrong one", { token: "a.b" }],
    ["a number", { token: 1 }],
    ["a list", { token: ["a"] }],
    ["an object", { token: { toString: "x" } }],
  ])("is refused: %s", async (_name, auth) => {
    await expect(at.page(auth)).rejects.toMatchObject({ data: { code: "TOKEN_REQUIRED" } });
  });

  test("is refused once its token has expired", async () => {
    const token = at.token();
    at.nowUs += 25 * 3600e6;
    await expect(at.page({ token })).rejects.toMatchObject({ data: { code: "TOKEN_REQUIRED" } });
  });

  test("finds no other room to wait in", async () => {
    await expect(at.page({ token: at.token() }, "/")).rejects.toMatchObject({ data: { code: "ROUTE_NOT_FOUND" } });
    await expect(at.page({ token: at.token() }, "/admin")).rejects.toMatchObject({ data: { code: "ROUTE_NOT_FOUND" } });
  });
});

describe("a message", () => {
  test("under a name that nobody knows is answered", async () => {
    const page = await at.page();
    for (const name of ["explode", "constructor", "__proto__", "toString", "snapshot", ""])
      expect(await say(page, name, {})).toMatchObject({ ok: false, error: { code: "REQUEST_INVALID" } });
  });

  test("without an acknowledgement is not obeyed, and the page is told", async () => {
    const page = await at.page();
    const told = heard(page, "refused");
    page.emit("command", { command_id: randomUUID(), kind: "create_session", name: "nobody hears" });
    expect(await told).toMatchObject({ code: "REQUEST_INVALID", remedy: expect.any(String) });
    expect(at.bench.snapshot.sessions).toEqual([]);
  });

  test.each<[string, unknown[]]>([
    ["nothing", []],
    ["null", [null]],
    ["a text", ["scan_devices"]],
    ["a list", [[1, 2]]],
    ["bytes", [Buffer.from("abc")]],
    ["bytes within", [{ command_id: randomUUID(), kind: Buffer.from("abc") }]],
    ["two values", [{}, {}]],
    ["no id", [{ kind: "scan_devices" }]],
  ])("that should be a command and is %s is refused", async (_name, values) => {
    const page = await at.page();
    const answer = await say(page, "command", ...values);
    expect(commandResult.parse(answer)).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/^(COMMAND|REQUEST)_INVALID$/) },
    });
  });

  test("a hundred thousand lists deep is refused, and the connection stays", async () => {
    const page = await barePage(at);
    page.send(`42${UI_NAMESPACE},1["command",${"[".repeat(100_000)}${"]".repeat(100_000)}]`);
    expect(await answerOn(page)).toMatch(/^43\/ui,1\[.*COMMAND_INVALID/);
    page.send(`42${UI_NAMESPACE},2["unfollow",{"session":"x"}]`);
    expect(await answerOn(page)).toBe('43/ui,2[{"ok":true}]');
    page.terminate();
  });

  test.each<[string, unknown, string]>([
    ["follow", { session: "nobody", from_seq: 1 }, "SESSION_NOT_FOUND"],
    ["follow", { session: "nobody" }, "REQUEST_INVALID"],
    ["follow", { session: "nobody", from_seq: -1 }, "REQUEST_INVALID"],
    ["follow", { session: "nobody", from_seq: 1, more: 1 }, "REQUEST_INVALID"],
    ["unfollow", { session: { toString: 1 } }, "REQUEST_INVALID"],
    ["unfollow", null, "REQUEST_INVALID"],
  ])("%s with %p is refused with %s", async (name, value, code) => {
    const page = await at.page();
    expect(await say(page, name, value)).toMatchObject({ ok: false, error: { code } });
  });

  test("above the limit of the transport closes the connection and nothing else", async () => {
    const page = await at.page();
    const other = await at.page();
    page.emit("command", "x".repeat(300_000), () => undefined);
    await heard(page, "disconnect");
    expect(await say(other, "unfollow", { session: "x" })).toEqual({ ok: true });
  });

  test("too many a second are refused with the limit", async () => {
    const page = await at.page();
    const answers = await Promise.all(Array.from({ length: 150 }, () => say(page, "unfollow", { session: "x" })));
    const refused = answers.filter((answer) => !(answer as { ok: boolean }).ok);
    expect(refused.length).toBeGreaterThanOrEqual(49);
    expect(refused[0]).toMatchObject({ error: { code: "RATE_LIMITED", params: { limit: 100 } } });
  });
});

test("ten thousand generated messages are each answered with a type, and the hub works on", async () => {
  const generate = random(20250731);
  const pages = await Promise.all(Array.from({ length: 120 }, () => at.page()));
  const send = (number: number): Promise<{ ok?: boolean; error?: { code?: string; remedy?: string } }> => {
    const name = generate.pick(["command", "command", "command", "follow", "unfollow", generate.text()]);
    const value = name === "command" && generate.chance(0.7) ? generate.nearlyCommand() : generate.value(4);
    return say(pages[number % pages.length]!, name, value) as ReturnType<typeof send>;
  };
  const answers: Awaited<ReturnType<typeof send>>[] = [];
  // In batches, so that the pages' own heartbeats are heard in between on a busy machine.
  for (let first = 0; first < 10_000; first += 500)
    answers.push(...(await Promise.all(Array.from({ length: 500 }, (_, index) => send(first + index)))));
  const codes = new Map<string, number>();
  for (const answer of answers) {
    expect(typeof answer.ok).toBe("boolean");
    const code = answer.ok === true ? "ok" : String(answer.error?.code);
    codes.set(code, (codes.get(code) ?? 0) + 1);
    if (answer.ok === false) expect(answer.error?.remedy).toMatch(/.+/);
  }
  expect(codes.get("INTERNAL_ERROR")).toBeUndefined();
  expect(codes.get("COMMAND_INVALID")).toBeGreaterThan(1_000);
  expect(codes.get("ok")).toBeGreaterThan(10);
  expect(await at.bench.codeOf({ kind: "create_session", name: "still here" })).toBe("ok");
}, 60_000);

test("a page follows a log from a number on, once each and live, until it says so", async () => {
  const session = await at.bench.create({ name: "followed" });
  const page = await at.page();
  const seqs: number[] = [];
  page.on("event", ({ event }: { event: SessionEvent }) => seqs.push(event.seq));
  expect(await say(page, "follow", { session, from_seq: 1 })).toEqual({ ok: true });
  await at.bench.order({ kind: "marker", session, label: "one" });
  expect(await say(page, "unfollow", { session })).toEqual({ ok: true });
  const seen = seqs.length;
  await at.bench.order({ kind: "marker", session, label: "two" });
  await say(page, "unfollow", { session });
  expect(seqs).toEqual(Array.from({ length: seen }, (_, index) => index + 1));
  expect(seen).toBeGreaterThanOrEqual(4);
});

test("a page that never reads is dropped, and what waited for it is let go", async () => {
  let tell = (_: SessionEvent): void => undefined;
  let push = (_: HubSnapshot): void => undefined;
  let stopped = 0;
  const doors = await DoorBench.open({
    follow: (_session, _from, listener) => {
      tell = listener;
      return () => void (stopped += 1);
    },
    onSnapshot: (listener) => {
      push = listener;
      return () => undefined;
    },
  });
  try {
    const page = await barePage(doors);
    page.send(`42${UI_NAMESPACE},1["follow",{"session":"s","from_seq":1}]`);
    await answerOn(page);
    page.pause();
    const event = { label: "x".repeat(1_000_000) } as unknown as SessionEvent;
    for (let number = 0; number < 40; number++) tell(event);
    await new Promise((resolve) => setImmediate(resolve));
    push(doors.bench.snapshot);
    const left = await new Promise<number>((resolve) => {
      const look = (): void => (stopped > 0 ? resolve(stopped) : void setImmediate(look));
      look();
    });
    expect(left).toBe(1);
    page.terminate();
  } finally {
    await doors.close();
  }
});
