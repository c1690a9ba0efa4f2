import { randomUUID } from "node:crypto";
import type { JsonObject } from "@polychron/session/model";
import { InvalidStateError } from "@polychron/session/model";
import { CommandDesk } from "../../apps/hub/src/command/command-desk.js";

const sender = { by: "operator:1" };
const marker = (label = "go"): { command_id: string; kind: string; session: string; label: string } => ({
  command_id: randomUUID(),
  kind: "marker",
  session: "s",
  label,
});

function desk(handle: () => Promise<JsonObject> = () => Promise.resolve({ done: true })) {
  const seen: { ok: boolean; by: string }[] = [];
  let calls = 0;
  const made = new CommandDesk(
    () => {
      calls += 1;
      return handle();
    },
    (_value, { by }, result) => {
      seen.push({ ok: result.ok, by });
      return Promise.resolve();
    },
  );
  return { desk: made, seen, calls: () => calls };
}

test("a command sent twice is done once and answered twice", async () => {
  const at = desk();
  const value = marker();
  const first = await at.desk.take(value, sender);
  const second = await at.desk.take(value, sender);
  expect(first).toMatchObject({ ok: true, repeated: false, result: { done: true } });
  expect(second).toEqual({ ...first, repeated: true });
  expect(at.calls()).toBe(1);
  expect(at.seen).toEqual([{ ok: true, by: "operator:1" }]);
});

test("a command repeated while the first is under way waits for the same answer", async () => {
  let finish = (_: JsonObject): void => undefined;
  const at = desk(() => new Promise((resolve) => (finish = resolve)));
  const value = marker();
  const both = [at.desk.take(value, sender), at.desk.take(value, sender)];
  finish({ n: 1 });
  expect((await Promise.all(both)).map((result) => result.ok)).toEqual([true, true]);
  expect(at.calls()).toBe(1);
});

test("a hub that stops does nothing new, and still answers for what it did", async () => {
  const at = desk();
  const done = marker();
  await at.desk.take(done, sender);
  at.desk.close();
  expect(await at.desk.take(marker(), sender)).toMatchObject({ ok: false, error: { code: "HUB_STOPPING" } });
  expect(await at.desk.take(done, sender)).toMatchObject({ ok: true, repeated: true });
  expect(at.calls()).toBe(1);
});

test("an id used for another command is refused", async () => {
  const at = desk();
  const value = marker();
  await at.desk.take(value, sender);
  expect(await at.desk.take({ ...value, label: "other" }, sender)).toMatchObject({
    ok: false,
    error: { code: "COMMAND_ID_REUSED" },
  });
});

test("what the handler throws is the answer, with its remedy, and is witnessed", async () => {
  const at = desk(() =>
    Promise.reject(new InvalidStateError({ session: "s", state: "active", command: "stop", hint: "Start first." })),
  );
  expect(await at.desk.take(marker(), sender)).toMatchObject({
    ok: false,
    error: { code: "SESSION_INVALID_STATE", remedy: "Start first." },
  });
  expect(at.seen).toEqual([{ ok: false, by: "operator:1" }]);
});

test.each([
  ["nothing", undefined],
  ["a text", "stop"],
  ["an unknown kind", { command_id: randomUUID(), kind: "explode" }],
  ["an unknown key", { ...marker(), extra: 1 }],
  ["no id", { kind: "scan_devices" }],
  ["an id that is no UUID", { command_id: "1", kind: "scan_devices" }],
  ["a label of 201 characters", marker("x".repeat(201))],
])("%s is refused as COMMAND_INVALID and never reaches the handler", async (_name, value) => {
  const at = desk();
  expect(await at.desk.take(value, sender)).toMatchObject({ ok: false, error: { code: "COMMAND_INVALID" } });
  expect(at.calls()).toBe(0);
});
