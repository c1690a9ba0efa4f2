import {
  checkSession,
  readWhole,
  sha256,
  type CheckReport,
  type FileSystem,
  type MemoryFiles,
} from "@polychron/session/store";
import { change, completed, DATA, FOLDER, ID, interrupted, LOG, METADATA, overwrite } from "./interrupted.js";
import { textOf } from "./store-bench.js";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const rewrite = (files: FileSystem, path: string, alter: (text: string) => string): Promise<void> =>
  change(files, path, (old) => bytes(alter(textOf(old))));
const check = (files: FileSystem, auditOnly = false): Promise<CheckReport> =>
  checkSession({ files, recordingsFolder: "/rec", sessionId: ID, auditOnly });
const found = async (files: FileSystem): Promise<string[]> =>
  (await check(files)).findings.map(({ code, path }) => `${code} ${path}`);

const DATA_PATH = DATA.slice(FOLDER.length + 1);
const LOG_NAME = `${ID}_log.json`;

test("a completed session that is whole has no findings", async () => {
  const { disk } = await completed();
  expect(await check(disk)).toMatchObject({ ok: true, findings: [] });
});

test.each<[string, (files: MemoryFiles) => Promise<unknown>, string[]]>([
  ["a foreign file", (files) => overwrite(files, `${FOLDER}/thumbs.db`, bytes("x")), ["FILE_FOREIGN thumbs.db"]],
  ["a foreign folder", (files) => files.makeFolder(`${FOLDER}/mine`), ["FOLDER_FOREIGN mine"]],
  [
    "a file of a device that never joined",
    (files) => overwrite(files, `${FOLDER}/webcam/cam_1_20250731_143023.mp4`, bytes("x")),
    ["FILE_FOREIGN webcam/cam_1_20250731_143023.mp4"],
  ],
  ["a misnamed file", (files) => overwrite(files, `${DATA}.bak`, bytes("x")), [`FILE_MISNAMED ${DATA_PATH}.bak`]],
  [
    "an unregistered file",
    (files) => overwrite(files, DATA.replace("_143023", "_150000"), bytes("seq\n")),
    [`FILE_UNREGISTERED ${DATA_PATH.replace("_143023", "_150000")}`],
  ],
  [
    "an unfinished file",
    (files) => overwrite(files, DATA.replace(".csv", "_part2.csv.part"), bytes("seq\n")),
    [`FILE_UNFINISHED ${DATA_PATH.replace(".csv", "_part2.csv.part")}`],
  ],
  ["a missing file", (files) => files.remove(DATA), [`FILE_MISSING ${DATA_PATH}`]],
  ["a shorter file", (files) => change(files, DATA, (old) => old.subarray(0, -20)), [`FILE_ALTERED ${DATA_PATH}`]],
  [
    "one altered byte",
    (files) => rewrite(files, DATA, (text) => text.replace("2000", "2001")),
    [`FILE_ALTERED ${DATA_PATH}`],
  ],
  [
    "a missing sidecar",
    (files) => files.remove(DATA.replace(".csv", ".json")),
    [`SIDECAR_MISSING ${DATA_PATH.replace(".csv", ".json")}`],
  ],
  [
    "a broken sidecar",
    (files) => overwrite(files, DATA.replace(".csv", ".json"), bytes("{")),
    [`SIDECAR_BROKEN ${DATA_PATH.replace(".csv", ".json")}`],
  ],
  [
    "an altered sidecar",
    (files) =>
      rewrite(files, DATA.replace(".csv", ".json"), (text) =>
        text.replace('"nominal_rate_hz": 128', '"nominal_rate_hz": 256'),
      ),
    [`SIDECAR_ALTERED ${DATA_PATH.replace(".csv", ".json")}`],
  ],
  ["a missing folder", (files) => files.remove(`${FOLDER}/exports/matlab`), ["FOLDER_MISSING exports/matlab"]],
  [
    "a temporary file",
    (files) => overwrite(files, `${FOLDER}/.session_metadata.json.12.ab.tmp`, bytes("x")),
    ["FILE_TEMPORARY .session_metadata.json.12.ab.tmp"],
  ],
  ["no metadata", (files) => files.remove(METADATA), ["METADATA_MISSING session_metadata.json"]],
  [
    "broken metadata",
    (files) => change(files, METADATA, (old) => old.subarray(0, 100)),
    ["METADATA_BROKEN session_metadata.json"],
  ],
  [
    "altered metadata",
    (files) => rewrite(files, METADATA, (text) => text.replace('"operator": "op"', '"operator": "me"')),
    ["SEAL_BROKEN session_metadata.json"],
  ],
  ["no log", (files) => files.remove(LOG), [`LOG_MISSING ${LOG_NAME}`]],
  [
    "a log without its close",
    (files) => change(files, LOG, (old) => old.subarray(0, textOf(old).lastIndexOf("\n],"))),
    [`LOG_TORN ${LOG_NAME}`],
  ],
])("%s is found and named", async (_what, damage, expected) => {
  const { disk } = await completed();
  await damage(disk);
  expect(await found(disk)).toEqual(expected);
});

test("an interrupted recording is found unfinished, with remedies", async () => {
  const { disk } = await interrupted();
  const { findings, ok } = await check(disk);
  expect(ok).toBe(false);
  expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(["FILE_UNFINISHED"]));
  expect(findings.every(({ remedy }) => remedy.includes("repair"))).toBe(true);
});

test("a path in the metadata that leads out of the session is named and never opened", async () => {
  const { disk } = await interrupted();
  const entry = {
    file_type: "gsr",
    file_path: "../../etc/passwd",
    file_size: 1,
    created_time: "2025-07-31T14:30:22.000000+02:00",
    sha256: sha256("x"),
    duration: null,
    recording: null,
    complete: true,
  };
  await rewrite(disk, METADATA, (text) =>
    JSON.stringify({ ...(JSON.parse(text) as object), files: { shimmer_3a5f: [entry] } }),
  );
  expect(await found(disk)).toContain("PATH_ILLEGAL ../../etc/passwd");
});

describe("audit of the log", () => {
  const firstBad = async (files: FileSystem): Promise<string | undefined> => {
    const bad = (await check(files, true)).findings.find(({ code }) => code.startsWith("LOG_"));
    return bad && `${bad.code} ${/line (\d+)/.exec(bad.detail)?.[1] ?? "-"}`;
  };
  const onLines = async (alter: (lines: string[], at: number) => void, at: number): Promise<string | undefined> => {
    const { disk } = await completed();
    await rewrite(disk, LOG, (text) => {
      const lines = text.split("\n");
      alter(lines, at);
      return lines.join("\n");
    });
    return firstBad(disk);
  };

  test("an altered line is named, whichever it is", async () => {
    const lines = textOf(await readWhole((await completed()).disk, LOG)).split("\n");
    const events = lines.length - 3;
    for (let at = 0; at <= events; at++) {
      const alter = (all: string[]): void => void (all[at] = all[at]!.replace(/"(time|session_name)":"/, '"$1":"X'));
      expect([at + 1, await onLines(alter, at)]).toEqual([at + 1, `LOG_CHAIN_BROKEN ${at + 1}`]);
    }
  });

  test("a dropped line is missed where it was", async () => {
    for (const at of [1, 2, 5]) {
      expect(await onLines((lines) => void lines.splice(at, 1), at)).toBe(
        at === 1 ? "LOG_LINES_MISSING 2" : `LOG_LINES_MISSING ${at + 1}`,
      );
    }
  });

  test("two swapped lines are named", async () => {
    const swap = (lines: string[], at: number): void => void lines.splice(at, 2, lines[at + 1]!, lines[at]!);
    expect(await onLines(swap, 3)).toBe("LOG_LINES_MISSING 4");
  });

  test("a line that is none is named", async () => {
    expect(await onLines((lines, at) => void (lines[at] = "{}"), 4)).toBe("LOG_LINE_BROKEN 5");
  });

  test("a log cut behind a whole line and closed again does not reach the hash that the seal recorded", async () => {
    const { disk } = await completed();
    await rewrite(disk, LOG, (text) => {
      const lines = text.split("\n");
      lines.splice(-3, 1);
      lines[lines.length - 3] = lines.at(-3)!.replace(/,$/, "");
      return lines.join("\n");
    });
    expect(await firstBad(disk)).toMatch(/^LOG_CHAIN_BROKEN/);
  });
});
