import { randomUUID } from "node:crypto";
import { parseFault } from "@polychron/devices";
import { faulty, type FileSystem } from "@polychron/session/store";
import { HubBench } from "../hub-bench.js";

async function recordingKilled(): Promise<{ next: HubBench; session: string }> {
  const bench = await HubBench.open();
  await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "marker", session, label: "before" });
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(3_000);
  return { next: await bench.killed(), session };
}

test("a session that a crash left open is offered with what was lost and when it was last heard of", async () => {
  const { next, session } = await recordingKilled();
  expect(next.snapshot.sessions).toEqual([]);
  expect(next.snapshot.interrupted).toEqual([
    expect.objectContaining({
      id: session,
      found_state: "recording",
      last_time: expect.stringMatching(/^2025-07-31T14:30:/),
      lost: expect.arrayContaining([expect.stringMatching(/^shimmer_00a1 gsr: .*at most/)]),
      devices: ["shimmer_00a1"],
    }),
  ]);
});

test("continued, its device is armed again, a second recording runs, and the gap between the two is logged", async () => {
  const { next, session } = await recordingKilled();
  expect(await next.order({ kind: "recover_session", session, choice: "continue" })).toMatchObject({
    devices: 1,
    recording: 2,
  });
  await next.time.pass(2_000);
  await next.order({ kind: "stop_recording", session });
  expect(next.view(session)).toMatchObject({ recordings: 2, markers: 1 });
  expect(next.snapshot.interrupted).toEqual([]);
  const gap = (await next.events(session)).find((event) => event.event === "gap" && event["cause"] === "hub_restart");
  expect(Number(gap!["to_t_s"])).toBeGreaterThan(Number(gap!["from_t_s"]));
  expect(next.store.require(session).metadata.recordings[1]!.streams[0]!.written).toBeGreaterThan(100);
});

test("ended, it is sealed as it is; discarded, it lies in the trash", async () => {
  const ended = await recordingKilled();
  await ended.next.order({ kind: "recover_session", session: ended.session, choice: "end" });
  expect((await ended.next.reader(ended.session)).metadata).toMatchObject({ status: "completed" });
  const discarded = await recordingKilled();
  const { trash } = await discarded.next.order({
    kind: "recover_session",
    session: discarded.session,
    choice: "discard",
  });
  expect(await discarded.next.memory.facts(`/rec/${discarded.session}`)).toBeUndefined();
  expect(await discarded.next.memory.facts(`/rec/${String(trash)}`)).toMatchObject({ kind: "folder" });
});

test("of two choices at once one is done", async () => {
  const { next, session } = await recordingKilled();
  const order = { kind: "recover_session", session, choice: "end" } as const;
  expect((await Promise.all([next.codeOf(order), next.codeOf(order)])).sort()).toEqual(["SESSION_NOT_FOUND", "ok"]);
});

test("continued without its device it is open all the same, no longer offered, and the device's error is shown", async () => {
  const { next, session } = await recordingKilled();
  next.pipes[0]!.order(parseFault("silence@0:60"));
  expect(await next.order({ kind: "recover_session", session, choice: "continue" })).toEqual({ session, devices: 0 });
  expect(next.snapshot).toMatchObject({ interrupted: [], sessions: [{ id: session, state: "active" }] });
  expect(next.snapshot.faults.map((fault) => fault.code)).toContain("SHIMMER_NO_ACK");
});

test("a session continued on a full disk is open and says why it does not record", async () => {
  const { next, session } = await recordingKilled();
  next.memory.limitTo(10e6, 100e9);
  expect(await next.codeOf({ kind: "recover_session", session, choice: "continue" })).toBe("STORAGE_FULL");
  expect(next.snapshot).toMatchObject({ interrupted: [], sessions: [{ id: session, state: "active" }] });
});

test("a command sent again after the crash gets the answer of then and is not done twice", async () => {
  const bench = await HubBench.open();
  const create = randomUUID();
  const marker = randomUUID();
  const made = await bench.send({ kind: "create_session", name: "once" }, create);
  const session = String(made.ok && made.result["session"]);
  const first = await bench.send({ kind: "marker", session, label: "once" }, marker);
  const next = await bench.killed();
  expect(await next.send({ kind: "create_session", name: "once" }, create)).toEqual({ ...made, repeated: true });
  expect(await next.send({ kind: "marker", session, label: "once" }, marker)).toEqual({ ...first, repeated: true });
  await next.order({ kind: "recover_session", session, choice: "continue" });
  expect((await next.events(session)).filter((event) => event.event === "marker")).toHaveLength(1);
});

test("a session that is created while the last crash is being looked at is not taken for one that it left", async () => {
  const { next } = await recordingKilled();
  const memory = next.memory.afterKill();
  const plain = faulty(memory, () => undefined);
  let lists = 0;
  let isStarting = true;
  let goOn = (): void => undefined;
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  // The store's own look passes; whoever else looks at the folder at the start sees it only with the new session in it.
  const list: FileSystem["list"] = async (path) => {
    if (isStarting && path === "/rec" && ++lists > 1) await gate;
    return plain.list(path);
  };
  const bench = await HubBench.open({ memory, files: { ...plain, list } });
  isStarting = false;
  const session = await bench.create({ name: "new" });
  goOn();
  await bench.time.pass(1_000);
  expect(bench.snapshot.interrupted.map((view) => view.id)).not.toContain(session);
  expect(bench.snapshot.interrupted).toHaveLength(1);
  await bench.connect();
  await bench.order({ kind: "add_device", session, device: "shimmer_00a1" });
  expect(await bench.codeOf({ kind: "start_recording", session })).toBe("ok");
});

test("a hub that was told to stop leaves its sessions to be taken up again, and nothing in them is lost", async () => {
  const bench = await HubBench.open();
  await bench.connect();
  const session = await bench.create();
  await bench.order({ kind: "start_recording", session });
  await bench.time.pass(2_000);
  await bench.stop();
  const next = await HubBench.open({ memory: bench.memory });
  expect(next.snapshot.interrupted).toEqual([
    expect.objectContaining({ id: session, found_state: "active", lost: [] }),
  ]);
  const { streams } = (await next.reader(session)).metadata.recordings[0]!;
  expect(streams[0]!.written).toBeGreaterThan(100);
  expect([streams[0]!.expected, streams[0]!.received]).toEqual([streams[0]!.written, streams[0]!.written]);
});
