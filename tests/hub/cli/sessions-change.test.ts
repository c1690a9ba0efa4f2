import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DiskFiles, HubLock } from "@polychron/session/store";
import { cli } from "./cli-run.js";
import { SessionsFolder } from "./sessions-folder.js";

let folder: SessionsFolder;
beforeEach(() => {
  folder = new SessionsFolder();
});
afterEach(() => folder.remove());

test("repair rebuilds metadata that are gone, and then finds nothing more to do", async () => {
  const id = await folder.interrupted("visit");
  rmSync(join(folder.recordings, id, "session_metadata.json"));
  const first = await cli(folder.path, "sessions", "repair", id);
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toMatch(/metadata rebuilt/);
  expect(JSON.parse((await cli(folder.path, "sessions", "show", id, "--json")).out).session_name).toBe("visit");
  expect((await cli(folder.path, "sessions", "repair", id)).out).toMatch(/nothing to repair/);
});

test("reopen makes a completed session active again", async () => {
  const id = await folder.completed("visit");
  const run = await cli(folder.path, "sessions", "reopen", id, "--json");
  expect(run).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(run.out)).toEqual({ ok: true, session_id: id, status: "active" });
  expect(JSON.parse((await cli(folder.path, "sessions", "show", id, "--json")).out).status).toBe("active");
});

test("reopening a session that is open is refused with its remedy", async () => {
  const id = await folder.interrupted("visit");
  expect(await cli(folder.path, "sessions", "reopen", id)).toMatchObject({
    code: 1,
    err: expect.stringContaining("[SESSION_INVALID_STATE]"),
  });
});

test("recover says what a crash left open, and leaves the choice to the person", async () => {
  const id = await folder.interrupted("visit");
  const first = await cli(folder.path, "sessions", "recover");
  expect(first).toMatchObject({ code: 0, err: expect.stringMatching(/^1 interrupted/) });
  expect(first.out).toContain(`${id}: was active visit`);
  expect(await status(id)).toBe("active");
  expect((await cli(folder.path, "sessions", "recover", id, "--choose", "end")).out).toContain("ended and sealed");
  expect(await status(id)).toBe("completed");
  expect((await cli(folder.path, "sessions", "check", id)).code).toBe(0);
  expect((await cli(folder.path, "sessions", "recover")).out).toBe("No session is interrupted.");
});

test("a session that still waits for a file of a phone is ended and kept open; closed without it, the list says what is missing", async () => {
  const id = await folder.awaiting("visit");
  const ended = await cli(folder.path, "sessions", "recover", id, "--choose", "end");
  expect(ended.out).toContain("ended; waits for 1 file that a device holds");
  expect(await status(id)).toBe("processing");
  expect((await cli(folder.path, "sessions", "list")).out).not.toContain("missing");
  const again = await folder.open();
  const session = await again.adopt(id, { choice: "end", by: "test", lost: [], setAside: [] });
  await session.end({ reason: "test", by: "test", withoutMissing: true });
  await again.close();
  expect((await cli(folder.path, "sessions", "list")).out).toContain("completed, 1 file missing");
  const page = JSON.parse((await cli(folder.path, "sessions", "list", "--json")).out);
  expect(page.sessions).toMatchObject([{ session_id: id, missing: { files: 1, streams: 0 } }]);
});

test("a session that is discarded lies in the trash", async () => {
  const id = await folder.interrupted("visit");
  await cli(folder.path, "sessions", "recover", "--choose", "discard");
  expect(readdirSync(join(folder.recordings, ".polychron/trash")).join()).toContain(id);
  expect(JSON.parse((await cli(folder.path, "sessions", "list", "--json")).out).total).toBe(0);
});

test("a torn log is cut, the rest is kept, and the exit code says that something was set aside", async () => {
  const id = await folder.interrupted("visit");
  folder.spoil(id, `${id}_log.json`);
  const run = await cli(folder.path, "sessions", "recover", "--json");
  expect(run.code).toBe(3);
  expect(JSON.parse(run.out)).toMatchObject({ exit_code: 3, interrupted: [{ id }], failed: [] });
});

async function status(id: string): Promise<string> {
  return JSON.parse((await cli(folder.path, "sessions", "show", id, "--json")).out).status;
}

test("while a hub has the folder, commands that change sessions end with 73 and name it", async () => {
  const id = await folder.completed("visit");
  const options = {
    folder: folder.recordings,
    files: new DiskFiles(),
    started: "2025-07-31T14:30:22.000000+02:00",
    onLost: () => undefined,
  };
  const lock = await HubLock.acquire(options);
  try {
    for (const command of ["repair", "reopen", "recover"]) {
      const run = await cli(folder.path, "sessions", command, id);
      expect(run.code).toBe(73);
      expect(run.err).toContain(`process ${process.pid}`);
    }
  } finally {
    await lock.release();
  }
});
