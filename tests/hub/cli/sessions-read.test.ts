import { cli } from "./cli-run.js";
import { SessionsFolder } from "./sessions-folder.js";

let folder: SessionsFolder;
beforeEach(() => {
  folder = new SessionsFolder();
});
afterEach(() => folder.remove());

test("list shows the sessions, newest first, as a table and as JSON", async () => {
  const first = await folder.completed("first");
  const second = await folder.completed("second");
  const table = await cli(folder.path, "sessions", "list");
  expect(table.code).toBe(0);
  expect(table.out.split("\n").map((line) => line.split(/\s+/)[0])).toEqual([
    "session",
    ...[first, second].sort(byStamp),
  ]);
  const page = JSON.parse((await cli(folder.path, "sessions", "list", "--json")).out);
  expect(page).toMatchObject({ total: 2, next: null });
  expect(page.sessions[0]).toMatchObject({ status: "completed", simulated: false });
});

function byStamp(a: string, b: string): number {
  return a.slice(-15) === b.slice(-15) ? (a < b ? 1 : -1) : a.slice(-15) < b.slice(-15) ? 1 : -1;
}

test("list goes page by page", async () => {
  const ids = [await folder.completed("a"), await folder.completed("b")];
  const first = JSON.parse((await cli(folder.path, "sessions", "list", "--json", "--limit", "1")).out);
  const second = JSON.parse((await cli(folder.path, "sessions", "list", "--json", "--after", first.next)).out);
  expect([first.sessions[0].session_id, second.sessions[0].session_id].sort()).toEqual(ids.sort());
  expect(second.next).toBeNull();
});

test("show tells what is in a session; --log prints its events one a line", async () => {
  const id = await folder.completed("visit");
  expect((await cli(folder.path, "sessions", "show", id)).out).toMatch(/status +completed, sealed/);
  expect(JSON.parse((await cli(folder.path, "sessions", "show", id, "--json")).out)).toMatchObject({
    session_id: id,
    session_name: "visit",
  });
  const lines = (await cli(folder.path, "sessions", "show", id, "--log")).out
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_line, at) => at + 1));
  expect(lines.map(({ event }) => event)).toEqual(expect.arrayContaining(["session_start", "note", "finalized"]));
});

test("check ends with 0 for a whole session and with 2 where something was changed", async () => {
  const id = await folder.completed("visit");
  expect(await cli(folder.path, "sessions", "check", id)).toMatchObject({ code: 0, err: "" });
  folder.spoil(id, `${id}_log.json`);
  const found = await cli(folder.path, "sessions", "check", "--json");
  expect(found.code).toBe(2);
  expect(JSON.parse(found.out)).toMatchObject({ ok: false, sessions: [{ session: id, ok: false }] });
});

test.each([["show"], ["check"], ["repair"], ["reopen"], ["recover"]])(
  "%s of a session that is not there is a typed error with a remedy",
  async (command) => {
    await folder.completed("visit");
    const run = await cli(folder.path, "sessions", command, "session_20000101_000000", "--json");
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/There is no session session_20000101_000000\. \[SESSION_NOT_FOUND\]\n {2}\w/);
    expect(JSON.parse(run.out)).toMatchObject({ ok: false, error: { code: "SESSION_NOT_FOUND" } });
  },
);

test("a recordings folder that is not there is a typed error, and is not made", async () => {
  for (const command of [["list"], ["check"], ["repair", "a"], ["recover"], ["reopen", "a"]]) {
    const run = await cli(folder.path, "sessions", ...command, "--recordings", "nowhere");
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining("[STORAGE_READ_FAILED]") });
  }
});

test.each([
  ["an unknown command", ["sessions", "lisst"]],
  ["an unknown flag", ["sessions", "list", "--fast"]],
  ["a missing argument", ["sessions", "show"]],
  ["a limit that is none", ["sessions", "list", "--limit", "few"]],
  ["an empty folder name", ["sessions", "list", "--recordings", ""]],
])("%s ends with 64", async (_name, args) => {
  const run = await cli(folder.path, ...args);
  expect(run.code).toBe(64);
  expect(run.err).toMatch(/^.+ \[C\w+\]\n {2}.+/);
});

test("every command has help", async () => {
  for (const command of [
    [],
    ["hub"],
    ["sessions"],
    ["sessions", "list"],
    ["sessions", "recover"],
    ["export"],
    ["emulate"],
    ["emulate", "shimmer"],
  ]) {
    const run = await cli(folder.path, ...command, "--help");
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out.startsWith(["Usage: polychron", ...command].join(" "))).toBe(true);
  }
});
