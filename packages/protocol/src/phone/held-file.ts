import { isClockType, isTakenExtension, isWindowsReserved } from "@polychron/session/model";
import { z } from "zod";
import { plainReason } from "../plain-reason.js";
import { count, identifier, name, seconds, sha256 } from "./fields.js";

/** The stream that the hub itself makes of the status messages. */
export const STATUS_STREAM = "status";

/** Names that streams of a phone and its kinds of files cannot have, as the page says it. */
export const TAKEN_NAMES =
  "not `status`, `clock`, `clock_readings` (the hub's own), nor `con`, `prn`, `aux`, `nul`, `com0` to `com9`, `lpt0` to `lpt9` (Windows devices)";

/** What a stream or a kind of file of a phone is called: part of file names, and never one that the hub or Windows needs for itself. */
export const fileType = name.refine(
  (word) => word !== STATUS_STREAM && !isClockType(word) && !isWindowsReserved(word),
  { error: ({ input }) => `the name '${String(input).slice(0, 40)}' is taken` },
);

/** A file that a phone holds after the stop. */
export const heldFile = z.strictObject({
  file_id: identifier.describe(
    "the phone's own name for it, unique on the phone; another file (another recording, other content) has another id",
  ),
  file_type: fileType.describe(`\`rgb\`, \`thermal\`, \`audio\`, or the name of a stream; ${TAKEN_NAMES}`),
  folder: z.enum(["rgb_videos", "thermal_videos", "sensor_data", "audio"]).describe("where it belongs in the session"),
  ext: z
    .string()
    .regex(/^[a-z0-9]{1,8}$/)
    .refine((ext) => !isTakenExtension(ext), {
      error: ({ input }) => `the extension '${String(input).slice(0, 8)}' is taken`,
    })
    .describe("its extension, without the dot: `mp4`; not `json`, `part`, `tmp`"),
  size_bytes: z.int().positive().describe("its length, bytes"),
  sha256: sha256.describe("the SHA-256 of the whole file, hexadecimal"),
  frames: count.nullable().default(null).describe("how many frames a video has; null = none, or not known"),
  duration_s: z.number().nonnegative().nullable().default(null).describe("how long it is, seconds; null = not known"),
  first_device_time_s: seconds
    .nullable()
    .default(null)
    .describe("its first sample or frame on the phone's clock, seconds; null = not known"),
});
export type HeldFile = z.infer<typeof heldFile>;

/** A file of an answer to `stop` that cannot be taken. */
export interface RefusedFile {
  /** Its id as far as it has one, else its place in the list: `#2`. */
  readonly fileId: string;
  /** For people. */
  readonly reason: string;
}

const ID_MAX_CHARS = 64;

/** One file of an answer as far as it could be read. */
interface ReadFile {
  readonly fileId: string;
  readonly read: z.ZodSafeParseResult<HeldFile>;
}

/** The files of an answer to `stop`, each judged by itself: one that cannot be taken does not cost the others. */
export function readHeldFiles(files: readonly unknown[]): {
  readonly held: readonly HeldFile[];
  readonly refused: readonly RefusedFile[];
} {
  const reads = files.map((file, place) => ({ fileId: idOf(file, place), read: heldFile.safeParse(file) }));
  const twice = repeatedIds(reads);
  const held = new Map<string, HeldFile>();
  const refused: RefusedFile[] = [];
  for (const { fileId, read } of reads)
    if (!read.success) refused.push({ fileId, reason: plainReason(read.error) });
    else if (twice.has(fileId)) refused.push({ fileId, reason: "another file of the same answer has the same id" });
    else held.set(fileId, read.data);
  return { held: [...held.values()], refused };
}

/** Ids that stand for two different files: which of them an upload brings nobody could tell. */
function repeatedIds(reads: readonly ReadFile[]): ReadonlySet<string> {
  const contents = new Map<string, Set<string>>();
  for (const { fileId, read } of reads)
    if (read.success) contents.set(fileId, (contents.get(fileId) ?? new Set()).add(JSON.stringify(read.data)));
  return new Set([...contents].filter(([, different]) => different.size > 1).map(([id]) => id));
}

function idOf(file: unknown, place: number): string {
  const id = (file as { file_id?: unknown } | null | undefined)?.file_id;
  return typeof id === "string" ? id.slice(0, ID_MAX_CHARS) : `#${place}`;
}
