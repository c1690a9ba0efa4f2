import type { TruePhoneFile } from "@polychron/devices";
import type { FileEntry } from "@polychron/session/format";
import { judgeUploads } from "../../../apps/hub/src/lab/judge-phone.js";

const HASH = "ab".repeat(32);
const OTHER = "cd".repeat(32);
const PATH = "devices/phone_1/rgb_videos/phone_1_rgb_20250731_143105.mp4";
const made: TruePhoneFile = { session: "s", recording: 1, fileId: "rgb_1", sizeBytes: 10, sha256: HASH };
const entry = (patch: object = {}): FileEntry =>
  ({ file_path: PATH, file_id: "rgb_1", sha256: HASH, complete: true, ...patch }) as unknown as FileEntry;

test("a file that arrived with the phone's own hash is as it should be", () => {
  expect(judgeUploads("phone_1", [made], [entry()], new Map([[PATH, HASH]]))).toEqual([
    { device: "phone_1", file_id: "rgb_1", path: PATH, sha256_on_phone: HASH, sha256: HASH, ok: true },
  ]);
});

test.each([
  ["that never arrived", [], new Map()],
  ["that is not whole", [entry({ complete: false })], new Map([[PATH, HASH]])],
  ["whose bytes on the disk are others", [entry()], new Map([[PATH, OTHER]])],
  ["whose hash in the metadata is another", [entry({ sha256: OTHER })], new Map([[PATH, HASH]])],
])("a file %s is not", (_name, files, hashes) => {
  expect(judgeUploads("phone_1", [made], files, hashes)).toEqual([expect.objectContaining({ ok: false })]);
});

test("a file that the phone never closed is an invention", () => {
  const judged = judgeUploads("phone_1", [], [entry()], new Map([[PATH, HASH]]));
  expect(judged).toEqual([expect.objectContaining({ file_id: "rgb_1", ok: false })]);
});

test("files that the hub made itself are no uploads", () => {
  expect(judgeUploads("phone_1", [], [entry({ file_id: undefined })], new Map())).toEqual([]);
});
