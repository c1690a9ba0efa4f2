import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UI_NAMESPACE, type PhoneRefusal } from "@polychron/protocol";
import { SessionError } from "@polychron/session/model";
import { HandTime } from "../../devices/hand-time.js";
import { blockBytes, HELLO, next, PhoneBench, refused, say } from "./phone-bench.js";

let at: PhoneBench;
beforeAll(async () => {
  at = await PhoneBench.open();
});
afterAll(() => at.close());

const neverAborted = new AbortController().signal;

describe("a phone", () => {
  test("is welcomed with its id, the hub's limits and what of its streams is safe", async () => {
    const { welcome } = await at.join();
    expect(welcome).toMatchObject({
      ok: true,
      protocol: "1.0",
      device: expect.stringMatching(/^phone_\d+$/),
      hub: { name: "bench", version: "1" },
      limits: { max_messages_per_s: 200, max_message_bytes: 262_144 },
      next_seq: { imu: 0 },
      upload_path: "/uploads",
    });
  });

  test("is heard in the order in which it speaks", async () => {
    const { socket, heard } = await at.join();
    for (const seq of [0, 4, 8]) socket.emit("block", blockBytes(seq));
    expect(await say(socket, "status", { device_time_s: 1, battery_percent: 80 })).toEqual({ ok: true });
    expect(await say(socket, "event", { kind: "marker", label: "tap", device_time_s: 2 })).toEqual({ ok: true });
    expect(heard.seqs).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(heard.statuses).toEqual([{ device_time_s: 1, battery_percent: 80 }]);
    expect(heard.events).toEqual([{ kind: "marker", label: "tap", device_time_s: 2 }]);
  });

  test("is offered as a candidate while it is here, and told of once", async () => {
    const token = await at.token();
    const id = token.split(".")[0]!;
    const met: string[] = [];
    const stop = at.world.directory.onPhone((link) => met.push(link.hardwareId));
    const phone = await at.join(token);
    expect(at.world.directory.candidates()).toContainEqual({
      ...{ family: "phone", address: id, label: HELLO.model, simulated: true },
    });
    phone.socket.disconnect();
    await phone.heard.until(({ gone }) => gone.length === 1);
    expect(at.world.directory.candidates().map(({ address }) => address)).not.toContain(id);
    expect(at.world.directory.link(id)).toBe(phone.heard.link);
    await at.join(token);
    stop();
    expect(met).toEqual([id]);
  });

  test("that comes back has the same id, the same line, and is told what is safe", async () => {
    const token = await at.token();
    const first = await at.join(token);
    first.socket.emit("block", blockBytes(0));
    await first.heard.until(({ seqs }) => seqs.length === 4);
    first.socket.disconnect();
    await first.heard.until(({ gone }) => gone.length === 1);
    const second = await at.join(token);
    expect(second.heard).toBe(first.heard);
    expect(second.welcome).toMatchObject({ device: first.welcome.device, next_seq: { imu: 4 } });
    expect(first.heard.link.isUp).toBe(true);
  });

  test("of the same model as another is another device", async () => {
    const [one, two] = [await at.join(), await at.join()];
    expect(one.welcome.device).not.toBe(two.welcome.device);
    one.socket.emit("block", blockBytes(0));
    await one.heard.until(({ seqs }) => seqs.length === 4);
    expect(two.heard.seqs).toEqual([]);
  });

  test("that connects twice is heard on the newer connection; the older one is told and closed", async () => {
    const token = await at.token();
    const older = await at.join(token);
    const told = refused(older.socket);
    const closed = next<string>(older.socket, "disconnect");
    const newer = await at.join(token);
    expect(await told).toMatchObject({ ok: false, of: "hello", error: { code: "DEVICE_SUPERSEDED" } });
    expect(await closed).toBe("io server disconnect"); // so that no client library comes back by itself
    newer.socket.emit("block", blockBytes(0));
    await newer.heard.until(({ seqs }) => seqs.length === 4);
    expect(newer.heard.gone).toEqual([]);
    expect(at.world.ends).toContainEqual({ reason: "superseded", address: "127.0.0.1", device: newer.welcome.device });
  });

  test("that cannot open a WebSocket is heard by polling", async () => {
    const socket = await at.connect(await at.token(), "/phone", "polling");
    const { device } = (await say(socket, "hello", HELLO)) as { device: string };
    socket.emit("block", blockBytes(0));
    await at.world.heard.get(device)!.until(({ seqs }) => seqs.length === 4);
    expect(at.world.heard.get(device)!.seqs).toEqual([0, 1, 2, 3]);
  });

  test("that merely connects does not push a working connection aside", async () => {
    const token = await at.token();
    const working = await at.join(token);
    await at.connect(token);
    working.socket.emit("block", blockBytes(0));
    await working.heard.until(({ seqs }) => seqs.length === 4);
    expect(working.socket.connected).toBe(true);
  });
});

describe("a device of the hub", () => {
  test("keeps token and id over a restart of the hub, and one that was unpaired does not", async () => {
    const folder = mkdtempSync(join(tmpdir(), "polychron-restart-"));
    const before = await PhoneBench.open({ folder });
    const token = await before.token();
    const gone = await before.token();
    await before.world.paired.revoke(gone.split(".")[0]!);
    await before.close();
    const after = await PhoneBench.open({ folder });
    const { heard } = await after.join(token);
    expect(heard.link.hardwareId).toBe(token.split(".")[0]);
    await expect(after.join(gone)).rejects.toMatchObject({ data: { code: "TOKEN_REQUIRED" } });
    await after.close();
    rmSync(folder, { recursive: true });
  });

  test("that is unpaired is told and disconnected at once, and not let in again", async () => {
    const token = await at.token();
    const { socket, heard } = await at.join(token);
    const [told, closed] = [refused(socket), next(socket, "disconnect")];
    await at.world.paired.revoke(token.split(".")[0]!);
    expect(await told).toMatchObject({ error: { code: "PHONE_UNPAIRED" } });
    await closed;
    await heard.until(({ gone }) => gone.length === 1);
    expect(at.world.directory.link(heard.link.hardwareId)).toBeUndefined();
    await expect(at.connect(token)).rejects.toMatchObject({ data: { code: "TOKEN_REQUIRED" } });
  });

  test("that cannot be made refuses the hello with its reason, and the next hello is tried anew", async () => {
    const { admit } = at.world;
    const socket = await at.connect(await at.token());
    at.world.admit = () => Promise.reject(new Error("no room"));
    expect(await say(socket, "hello", HELLO)).toMatchObject({ ok: false, of: "hello", error: { message: "no room" } });
    expect(at.world.faults.splice(0)).toHaveLength(1);
    at.world.admit = admit;
    expect(await say(socket, "hello", HELLO)).toMatchObject({ ok: true });
  });

  test("is made once, however often its phone says hello meanwhile", async () => {
    const { admit } = at.world;
    let running = 0;
    at.world.admit = async (link) => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return admit(link);
    };
    const socket = await at.connect(await at.token());
    const answers = await Promise.all([1, 2, 3].map(() => say(socket, "hello", HELLO)));
    at.world.admit = admit;
    expect(new Set(answers.map((answer) => (answer as { device: string }).device)).size).toBe(1);
  });
});

describe("the yes to an event", () => {
  const EVENT = { kind: "marker", label: "tap", device_time_s: 2 };

  test("comes when it is written down, and not before", async () => {
    const { socket, heard } = await at.join();
    let write = (): void => undefined;
    heard.keep = () => new Promise((resolve) => (write = resolve));
    let answer: unknown;
    const told = say(socket, "event", EVENT).then((said) => (answer = said));
    await heard.until(({ events }) => events.length === 1);
    expect(await say(socket, "status", { device_time_s: 1 })).toEqual({ ok: true });
    expect(answer).toBeUndefined();
    write();
    expect(await told).toEqual({ ok: true });
  });

  test("is a no with the reason where the disk refuses it", async () => {
    const { socket, heard } = await at.join();
    heard.keep = () => Promise.reject(new SessionError("STORAGE_FULL", { operation: "append", path: "log" }));
    expect(await say(socket, "event", EVENT)).toMatchObject({
      ok: false,
      of: "event",
      error: { code: "STORAGE_FULL" },
    });
  });

  test("is a no where the disk takes too long", async () => {
    const timers = new HandTime();
    const slow = await PhoneBench.open({ timers });
    const { socket, heard } = await slow.join();
    heard.keep = () => new Promise(() => undefined);
    const told = say(socket, "event", EVENT);
    await heard.until(({ events }) => events.length === 1);
    await timers.pass(10_000);
    expect(await told).toMatchObject({
      ok: false,
      error: { code: "EVENT_NOT_CONFIRMED", params: { waitedMs: 10_000 } },
    });
    await slow.close();
  });
});

describe("an order", () => {
  const wait = { withinMs: 5_000, signal: neverAborted };

  test("that is given while a hello is being answered comes behind the answer", async () => {
    const { admit } = at.world;
    const orders: Promise<object>[] = [];
    at.world.admit = async (link) => {
      orders.push(link.order("arm", { streams: ["imu"] }, wait));
      link.notify("stored", { next_seq: {} });
      await new Promise((resolve) => setImmediate(resolve));
      return admit(link);
    };
    const socket = await at.connect(await at.token());
    const heard: string[] = [];
    socket.on("stored", () => void heard.push("stored"));
    socket.on("arm", (_order: object, ack: (answer: object) => void) => {
      heard.push("arm");
      ack({ ok: true });
    });
    socket.emit("hello", HELLO, () => void heard.push("answer"));
    await next(socket, "stored");
    at.world.admit = admit;
    expect(await orders[0]).toEqual({ ok: true });
    expect(heard).toEqual(["answer", "arm", "stored"]);
  });

  test("whose time passes while a hello is being answered is never sent", async () => {
    const { admit } = at.world;
    const orders: Promise<unknown>[] = [];
    at.world.admit = async (link) => {
      const late = link.order("arm", { streams: ["imu"] }, { ...wait, withinMs: 20 }).catch((error: unknown) => error);
      orders.push(late);
      link.notify("stored", { next_seq: {} });
      await late;
      return admit(link);
    };
    const socket = await at.connect(await at.token());
    const heard: string[] = [];
    socket.onAny((name: string) => void heard.push(name));
    socket.emit("hello", HELLO, () => undefined);
    await next(socket, "stored");
    at.world.admit = admit;
    expect(await orders[0]).toMatchObject({ code: "PHONE_NO_ANSWER" });
    expect(heard).not.toContain("arm");
  });

  test("names the phone in its errors as the hub does, once it has a name for it", async () => {
    const { heard, welcome } = await at.join();
    await expect(heard.link.order("arm", {}, { ...wait, withinMs: 20 })).rejects.toMatchObject({
      params: { device: welcome.device },
    });
  });

  test("is answered by the phone", async () => {
    const { socket, heard } = await at.join();
    socket.on("arm", ({ streams }: { streams: string[] }, ack: (answer: object) => void) =>
      ack(streams[0] === "imu" ? { ok: true } : {}),
    );
    expect(await heard.link.order("arm", { streams: ["imu"] }, wait)).toEqual({ ok: true });
  });

  test("that the phone refuses fails with the phone's own words", async () => {
    const { socket, heard } = await at.join();
    const error = { code: "STORAGE_FULL", message: "no room for a video", remedy: "delete something", params: {} };
    socket.on("start", (_order: object, ack: (answer: PhoneRefusal) => void) => ack({ ok: false, error, of: "start" }));
    await expect(heard.link.order("start", {}, wait)).rejects.toMatchObject({
      code: "PHONE_REFUSED",
      params: { order: "start", reason: "no room for a video", code: "STORAGE_FULL" },
    });
  });

  test.each<[string, unknown[]]>([
    ["nothing", []],
    ["null", [null]],
    ["a no without a reason", [{ ok: false }]],
    ["a yes and more", [{ ok: true, next_seq: {}, files: [], more: 1 }]],
    ["files that are no list", [{ ok: true, next_seq: {}, files: { file_id: "x" } }]],
    ["bytes", [Buffer.from("yes")]],
  ])("that the phone answers with %s fails as not understood", async (_name, answer) => {
    const { socket, heard } = await at.join();
    socket.on("stop", (_order: object, ack: (...answer: unknown[]) => void) => ack(...answer));
    await expect(heard.link.order("stop", {}, wait)).rejects.toMatchObject({ code: "PHONE_ANSWER_INVALID" });
  });

  test("that the phone does not answer in time fails", async () => {
    const { heard } = await at.join();
    await expect(heard.link.order("arm", {}, { ...wait, withinMs: 20 })).rejects.toMatchObject({
      code: "PHONE_NO_ANSWER",
      params: { order: "arm", waitedMs: 20 },
    });
  });

  test("to a phone that is away, goes, or is superseded meanwhile fails at once", async () => {
    const token = await at.token();
    const { socket, heard } = await at.join(token);
    const superseded = heard.link.order("arm", {}, wait);
    superseded.catch(() => undefined);
    const newer = await at.join(token);
    await expect(superseded).rejects.toMatchObject({ code: "PHONE_AWAY" });
    expect(socket.connected).toBe(false);
    const meanwhile = heard.link.order("arm", {}, wait);
    meanwhile.catch(() => undefined);
    newer.socket.disconnect();
    await expect(meanwhile).rejects.toMatchObject({ code: "PHONE_AWAY" });
    await expect(heard.link.order("arm", {}, wait)).rejects.toMatchObject({ code: "PHONE_AWAY" });
  });

  test("that is called off fails with the reason of its signal", async () => {
    const { heard } = await at.join();
    const caller = new AbortController();
    const order = heard.link.order("arm", {}, { withinMs: 5_000, signal: caller.signal });
    caller.abort(new Error("called off"));
    await expect(order).rejects.toThrow("called off");
    await expect(heard.link.order("arm", {}, { withinMs: 5_000, signal: caller.signal })).rejects.toThrow("called off");
  });

  test("without an answer reaches the phone, and is dropped while it is away", async () => {
    const { socket, heard } = await at.join();
    const stored = next(socket, "stored");
    heard.link.notify("stored", { next_seq: { imu: 3 } });
    expect(await stored).toEqual({ next_seq: { imu: 3 } });
    socket.disconnect();
    await heard.until(({ gone }) => gone.length === 1);
    expect(() => heard.link.notify("stored", { next_seq: {} })).not.toThrow();
  });
});

describe("the doors are apart", () => {
  test("a page's token opens neither of the phones' namespaces", async () => {
    for (const namespace of ["/phone", "/clock"])
      await expect(at.connect(at.doors.token(), namespace)).rejects.toMatchObject({
        data: { code: "ROLE_NOT_ALLOWED", params: { role: "operator", path: namespace } },
      });
  });

  test("a phone's token opens neither the page's namespace nor its routes", async () => {
    const token = await at.token();
    await expect(at.connect(token, UI_NAMESPACE)).rejects.toMatchObject({ data: { code: "ROLE_NOT_ALLOWED" } });
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ["/api/snapshot", "/api/sessions", "/%61pi/snapshot"])
      expect(await at.doors.ask(path, { headers })).toMatchObject({ status: 403, code: "ROLE_NOT_ALLOWED" });
    const order = { method: "POST", body: '{"kind":"scan_devices"}', headers };
    expect(await at.doors.ask("/api/commands", order)).toMatchObject({ status: 403, code: "ROLE_NOT_ALLOWED" });
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["an empty text", ""],
    ["a text with a dot", "a.b"],
    ["a number", 1],
    ["an object", { a: 1 }],
    ["a long text", "x".repeat(5_000)],
  ])("%s is no token of a phone", async (_name, token) => {
    for (const namespace of ["/phone", "/clock"])
      await expect(at.connect(token as string, namespace)).rejects.toMatchObject({ data: { code: "TOKEN_REQUIRED" } });
  });
});

describe("POST /api/pair", () => {
  const pair = (body: object): ReturnType<PhoneBench["doors"]["ask"]> =>
    at.doors.ask("/api/pair", { method: "POST", body: JSON.stringify(body), headers: { authorization: "" } });

  test("turns a code, as a person types it, into a token: once", async () => {
    const { code } = at.world.pairing.issue();
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    const answer = await pair({ code: typed, name: "Pixel" });
    const { token, expires_at: expires } = JSON.parse(answer.text) as { token: string; expires_at: string };
    expect(answer.status).toBe(200);
    expect(Date.parse(expires) - Date.now()).toBeGreaterThan(364 * 24 * 3600e3);
    expect((await at.join(token)).welcome.ok).toBe(true);
    expect(await pair({ code, name: "Pixel" })).toMatchObject({ status: 403, code: "PAIRING_CODE_WRONG" });
  });

  test.each([
    [{}],
    [{ code: "ABCDEFGH" }],
    [{ code: 1, name: "x" }],
    [{ code: "ABCDEFGH", name: " " }],
    [{ code: "A", name: "x", role: "operator" }],
  ])("refuses %p", async (body) => {
    expect(await pair(body)).toMatchObject({ status: 400, code: "REQUEST_INVALID" });
  });
});

test("a hub that listens everywhere answers under its computer's own addresses, says which, and under no other", async () => {
  const open = await PhoneBench.open({ host: "0.0.0.0" });
  const own = open.doors.doors.addresses().map((address) => new URL(address).host);
  expect(own.length).toBeGreaterThan(0);
  for (const host of own)
    expect(await open.doors.ask("/api/health", { headers: { host } })).toMatchObject({ status: 200 });
  const foreign = { host: `203.0.113.9:${open.doors.port}` };
  expect(await open.doors.ask("/api/health", { headers: foreign })).toMatchObject({ status: 421 });
  expect(open.doors.doors.url).toBe(`http://127.0.0.1:${open.doors.port}`);
  await open.close();
});
