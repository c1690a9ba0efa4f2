import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab } from "@polychron/hub";
import type { SessionPage } from "@polychron/protocol";
import { checkSession, diskFiles } from "@polychron/session/store";
import { hubLog, NOBODY, runToEnd } from "./faults-bench.js";
import { startHubProcess, type HubProcess } from "./hub-process.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-faults-"));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

/** What `GET` brings, as the page asks for it. */
async function get(hub: HubProcess, path: string): Promise<unknown> {
  const issued = await fetch(`${hub.url}/api/token`, { method: "POST", headers: { origin: hub.url } });
  const { token } = (await issued.json()) as { token: string };
  const answer = await fetch(hub.url + path, { headers: { authorization: `Bearer ${token}` } });
  return answer.json();
}

async function endedSession(hub: HubProcess): Promise<string> {
  const session = String((await hub.client.order({ kind: "create_session", name: "done" }))["session"]);
  await hub.client.order({ kind: "end_session", session });
  return session;
}

test("a second hub on the same folder ends with 73 and names the first", async () => {
  const hub = await startHubProcess(folder);
  try {
    const second = await runToEnd(["hub", "--recordings", folder, "--port", "0"]);
    expect(second.code).toBe(73);
    expect(second.errors).toContain("[RECORDINGS_IN_USE]");
    expect(second.errors).toContain(String(hub.child.pid));
    expect(second.errors).toContain("Use that hub, stop it first");
    expect(await hub.client.send({ kind: "create_session" })).toMatchObject({ ok: true });
  } finally {
    expect(await hub.stop()).toBe(0);
  }
});

test("a port that another program has is named, with the way round it, and the folder is free again", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const ended = await runToEnd(["hub", "--recordings", folder, "--port", String(port)]);
  other.close();
  expect(ended).toMatchObject({
    code: 1,
    errors: expect.stringMatching(new RegExp(`${port}.*\\[PORT_IN_USE\\][^]*--port`)),
  });
  expect(await (await startHubProcess(folder)).stop()).toBe(0);
});

test("an address that is none of this computer's is named", async () => {
  const ended = await runToEnd(["hub", "--recordings", folder, "--port", "0", "--host", "192.0.2.1"]);
  expect(ended).toMatchObject({ code: 1, errors: expect.stringContaining("[LISTEN_FAILED]") });
});

test("without the right to the folder the hub does not start and says what to do", async () => {
  await chmod(folder, 0o555);
  const ended = await runToEnd(["hub", "--recordings", folder, "--port", "0"], true);
  expect(ended.code).toBe(1);
  expect(ended.errors).toMatch(/\[STORAGE_NO_ACCESS\]\n {2}Give the user .* --recordings/);
});

test("when the right is lost under a running hub, a new session is refused with a remedy, and works again with it", async () => {
  if (NOBODY.uid !== undefined) await chown(folder, NOBODY.uid, NOBODY.gid);
  const hub = await startHubProcess(folder, [], NOBODY);
  try {
    await chmod(folder, 0o555);
    expect(await hub.client.send({ kind: "create_session" })).toMatchObject({
      ok: false,
      error: { code: "STORAGE_NO_ACCESS", remedy: expect.stringContaining("rights") },
    });
    await chmod(folder, 0o700);
    expect(await hub.client.send({ kind: "create_session" })).toMatchObject({ ok: true });
    expect(await hubLog(folder)).toEqual(
      expect.arrayContaining([expect.objectContaining({ command: "create_session", code: "STORAGE_NO_ACCESS" })]),
    );
  } finally {
    expect(await hub.stop()).toBe(0);
  }
});

test("broken metadata stand in the list with a remedy, keep nobody from the other sessions, and are rebuilt at the next start", async () => {
  const hub = await startHubProcess(folder);
  const broken = await endedSession(hub);
  const fine = await endedSession(hub);
  await writeFile(join(folder, broken, "session_metadata.json"), '{"session_id":');
  const list = (await get(hub, "/api/sessions")) as SessionPage;
  expect(list.sessions.map((entry) => [entry.session_id, entry.error?.code ?? null])).toEqual([
    [fine, null],
    [broken, "METADATA_BROKEN"],
  ]);
  expect(list.sessions[1]!.error!.remedy).toContain(`sessions repair ${broken}`);
  expect(await get(hub, `/api/sessions/${broken}`)).toMatchObject({ error: { code: "METADATA_BROKEN" } });
  expect(await hub.client.send({ kind: "reopen_session", session: broken })).toMatchObject({
    error: { code: "METADATA_BROKEN" },
  });
  expect(await hub.stop()).toBe(0);
  const next = await startHubProcess(folder);
  try {
    await next.client.until((snapshot) => snapshot.hub.free_bytes !== null, "the next hub");
    await next.client.send({ kind: "reopen_session", session: "none" }); // answered once the last crash has been looked at
    const repaired = (await get(next, "/api/sessions")) as SessionPage;
    expect(repaired.sessions.map((entry) => entry.error)).toEqual([null, null]);
  } finally {
    expect(await next.stop()).toBe(0);
  }
  const report = await checkSession({ files: diskFiles(), recordingsFolder: folder, sessionId: broken });
  expect(report.findings.filter((finding) => finding.severity === "error")).toEqual([]);
});

test("a broken list of known devices keeps devices away and says why, but no session", async () => {
  const lab = await Lab.start({ shimmers: 1, seed: 3 });
  const { family, address } = lab.candidates[0]!;
  const hub = await startHubProcess(folder, ["--serial-port", address]);
  try {
    const path = join(folder, ".polychron", "devices.json");
    await writeFile(path, "{");
    const order = { kind: "connect_device", family, address } as const;
    expect(await hub.client.send(order)).toMatchObject({
      error: { code: "DEVICE_BOOK_BROKEN", remedy: expect.stringContaining("move it away") },
    });
    expect(await hub.client.send({ kind: "create_session" })).toMatchObject({ ok: true });
    await rm(path);
    expect(await hub.client.send(order)).toMatchObject({ ok: true });
  } finally {
    expect(await hub.stop()).toBe(0);
    await lab.close();
  }
});

test("an error that nobody caught is said, everything is closed, and the next hub takes the session up", async () => {
  const thrower = "process.on('SIGUSR2',()=>{throw new Error('nobody caught this')})";
  const hub = await startHubProcess(folder, [], {
    env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}` },
  });
  const session = String((await hub.client.order({ kind: "create_session", name: "open" }))["session"]);
  const ended = once(hub.child, "exit");
  hub.child.kill("SIGUSR2");
  expect((await ended)[0]).toBe(1);
  hub.client.close();
  expect(await hubLog(folder)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ msg: "uncaught", code: "INTERNAL_ERROR", message: "nobody caught this" }),
    ]),
  );
  const next = await startHubProcess(folder);
  await next.client.until((snapshot) => snapshot.interrupted.some((view) => view.id === session), "the open session");
  expect(await next.stop()).toBe(0);
});
