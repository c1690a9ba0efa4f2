import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialTransport } from "@polychron/devices";
import { HubClient, Lab } from "@polychron/hub";
import type { CommandResult } from "@polychron/protocol";
import { diskFiles, SessionReader } from "@polychron/session/store";
import { systemClock } from "../../apps/hub/src/system-clock.js";
import { hubLog } from "./faults-bench.js";
import { startHubProcess, type HubProcess } from "./hub-process.js";

let folder: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "polychron-ports-"));
  lab = await Lab.start({ shimmers: 2, seed: 11 });
}, 60_000);
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

/** A port that can be opened and behind which nobody is. */
async function mutePort(): Promise<{ path: string; close: () => void }> {
  const path = join(folder, "mute");
  const socat = spawn("socat", [`PTY,link=${path},rawer`, "SYSTEM:cat >/dev/null"], { stdio: "ignore" });
  await new Promise<void>((resolve, reject) => {
    socat.once("exit", () => reject(new Error("socat has ended")));
    const look = (): void => (existsSync(path) ? resolve() : void setImmediate(look));
    look();
  });
  socat.removeAllListeners("exit");
  return { path, close: () => socat.kill() };
}

function connect(hub: HubProcess, address: string): Promise<CommandResult> {
  return hub.client.send({ kind: "connect_device", family: "shimmer", address });
}

/** An emulator's port is a new one after each host that leaves: it is tried until it is there. */
async function connectAtLast(hub: HubProcess, address: string): Promise<void> {
  const limit = AbortSignal.timeout(15_000);
  for (let answer = await connect(hub, address); !answer.ok; answer = await connect(hub, address)) {
    expect(answer.error.code).toMatch(/^TRANSPORT_(NOT_FOUND|BUSY|FAILED)$/);
    limit.throwIfAborted();
  }
}

async function startRecording(hub: HubProcess, address: string): Promise<string> {
  await hub.client.order({ kind: "connect_device", family: "shimmer", address });
  const session = String((await hub.client.order({ kind: "create_session", name: "ports" }))["session"]);
  await hub.client.order({ kind: "start_recording", session });
  return session;
}

test("ports that are missing, held or mute are named with a remedy in answer, page and log, while another device records on", async () => {
  const recordings = await mkdtemp(join(folder, "rec-"));
  const [good, held] = lab.candidates.map((candidate) => candidate.address) as [string, string];
  const missing = join(folder, "nowhere");
  const mute = await mutePort();
  const holder = new SerialTransport({ address: held, clock: systemClock() });
  await holder.open(AbortSignal.timeout(10_000));
  const hub = await startHubProcess(recordings, ["--serial-port", good, held, missing, mute.path]);
  try {
    const session = await startRecording(hub, good);
    const expected = { [missing]: "TRANSPORT_NOT_FOUND", [held]: "TRANSPORT_BUSY", [mute.path]: "SHIMMER_NO_ACK" };
    const answers = await Promise.all(Object.keys(expected).map((address) => connect(hub, address)));
    expect(answers.map((answer) => (answer.ok ? "ok" : answer.error.code))).toEqual(Object.values(expected));
    const seen = await hub.client.until(
      (snapshot) => snapshot.candidates.filter((candidate) => candidate.error !== null).length === 3,
      "three errors",
    );
    for (const { address, error } of seen.candidates)
      expect(error).toMatchObject({ code: expected[address], remedy: expect.stringMatching(/.{10}/) });
    const logged = (await hubLog(recordings)).filter((line) => line["command"] === "connect_device");
    expect(logged.map((line) => line["code"] ?? "ok").sort()).toEqual(["ok", ...Object.values(expected)].sort());
    await hub.client.order({ kind: "stop_recording", session });
    const { streams } = (await SessionReader.open(diskFiles(), recordings, session)).metadata.recordings[0]!;
    expect(streams[0]!.written).toBeGreaterThan(100);
    expect([streams[0]!.expected, streams[0]!.received]).toEqual([streams[0]!.written, streams[0]!.written]);
    await holder.close();
    await connectAtLast(hub, held);
  } finally {
    mute.close();
    await holder.close();
    expect(await hub.stop()).toBe(0);
  }
}, 60_000);

test("SIGTERM in mid-recording closes everything within 5 s, exits with 0, and the session is there to be continued", async () => {
  const recordings = await mkdtemp(join(folder, "rec-"));
  const [good] = lab.candidates.map((candidate) => candidate.address) as [string];
  const hub = await startHubProcess(recordings, ["--serial-port", good]);
  const session = await startRecording(hub, good);
  await hub.client.until(
    (snapshot) => snapshot.sessions.some((view) => view.recording?.streams.some((stream) => stream.written > 100)),
    "samples on the disk",
  );
  const beganMs = performance.now();
  expect(await hub.stop()).toBe(0);
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  const next = await startHubProcess(recordings, ["--serial-port", good]);
  try {
    const snapshot = await next.client.until((state) => state.interrupted.length > 0, "the open session");
    expect(snapshot.interrupted[0]).toMatchObject({ id: session, found_state: "active", lost: [] });
    const { streams } = (await SessionReader.open(diskFiles(), recordings, session)).metadata.recordings[0]!;
    expect(streams[0]!.written).toBeGreaterThan(100);
    expect([streams[0]!.expected, streams[0]!.received]).toEqual([streams[0]!.written, streams[0]!.written]);
    await next.client.order({ kind: "recover_session", session, choice: "continue" });
    await next.client.order({ kind: "start_recording", session });
    await next.client.order({ kind: "stop_recording", session });
    await next.client.order({ kind: "end_session", session });
  } finally {
    expect(await next.stop()).toBe(0);
  }
}, 60_000);

test("a page that comes back after the hub was killed and started again is let in with a new token only", async () => {
  const recordings = await mkdtemp(join(folder, "rec-"));
  const hub = await startHubProcess(recordings);
  const issued = await fetch(`${hub.url}/api/token`, { method: "POST", headers: { origin: hub.url } });
  const { token } = (await issued.json()) as { token: string };
  await hub.kill();
  const next = await startHubProcess(recordings);
  try {
    const answer = await fetch(`${next.url}/api/snapshot`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
    const client = await HubClient.connect(next.url);
    expect(client.snapshot.hub.recordings_folder).toBe(recordings);
    client.close();
  } finally {
    expect(await next.stop()).toBe(0);
  }
});
