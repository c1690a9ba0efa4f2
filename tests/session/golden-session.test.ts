import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SESSION_FOLDERS } from "@polychron/session/format";
import {
  checkSession,
  DiskFiles,
  makeFolders,
  MemoryFiles,
  SessionReader,
  type CheckReport,
} from "@polychron/session/store";
import { FOLDER, ID, overwrite } from "./interrupted.js";
import { gsrBlock } from "./store-bench.js";

const GOLDEN = fileURLToPath(new URL(`../fixtures/${ID}/`, import.meta.url));

/** The tree as it was written when the format was settled; empty folders are not kept by git and are made here. */
async function golden(): Promise<MemoryFiles> {
  const memory = new MemoryFiles(FOLDER);
  for (const folder of SESSION_FOLDERS) await makeFolders(memory, FOLDER, folder);
  for (const entry of await readdir(GOLDEN, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const folder = entry.parentPath.replaceAll("\\", "/").slice(GOLDEN.length).replace(/\/$/, "");
    if (folder !== "") await makeFolders(memory, FOLDER, folder);
    await overwrite(
      memory,
      [FOLDER, ...(folder === "" ? [] : [folder]), entry.name].join("/"),
      await readFile(`${entry.parentPath}/${entry.name}`),
    );
  }
  return memory;
}

test("a session written by an earlier version still passes every check, its seal included", async () => {
  const report = await checkSession({ files: await golden(), recordingsFolder: "/rec", sessionId: ID });
  expect(report).toEqual({ session: ID, ok: true, findings: [], events: 14 });
});

test("its samples, markers and clock observations read as they were recorded", async () => {
  const reader = await SessionReader.open(await golden(), "/rec", ID);
  const [stream] = await reader.streams();
  const sent = gsrBlock(0, 256, 0);
  for await (const rows of reader.blocks(stream!)) {
    expect([...rows.columns[1]!]).toEqual([...sent.channels[1]!]);
    expect([...rows.deviceTimeS]).toEqual([...sent.deviceTimeS]);
  }
  const markers = [];
  for await (const event of reader.events()) if (event.event === "marker") markers.push([event["label"], event.t_s]);
  expect(markers).toEqual([["stimulus", 1.5]]);
});

test("on a real disk it passes the same check, and a link in it is named and not followed", async () => {
  const recordings = await mkdtemp(join(tmpdir(), "golden-"));
  try {
    await cp(GOLDEN, join(recordings, ID), { recursive: true });
    for (const folder of SESSION_FOLDERS) await mkdir(join(recordings, ID, folder), { recursive: true });
    const check = (): Promise<CheckReport> =>
      checkSession({ files: new DiskFiles(), recordingsFolder: recordings, sessionId: ID });
    expect((await check()).findings).toEqual([]);
    await symlink("/etc", join(recordings, ID, "webcam", "etc"));
    expect((await check()).findings.map(({ code, path }) => [code, path])).toEqual([["FILE_FOREIGN", "webcam/etc"]]);
  } finally {
    await rm(recordings, { recursive: true });
  }
});
