import { z } from "zod";
import { GRID_RATE_LIMITS_HZ, NOTE_MAX, TEXT_MAX } from "./limits.js";

const sessionId = z.string().min(1).max(100);
const deviceId = z.string().regex(/^[a-z0-9_]{1,40}$/);
const settings = z.record(z.string().max(64), z.json());
const text = z.string().max(TEXT_MAX);

const withId = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ command_id: z.uuid(), kind: z.literal(kind), ...shape });

/**
 * Everything an operator can tell the hub, whether by page, command line or HTTP. One value, checked here; the
 * `command_id` makes it idempotent: the same id sent again gets the first answer and is not done twice.
 */
export const command = z.discriminatedUnion("kind", [
  withId("scan_devices", {}),
  withId("connect_device", {
    family: z.string().max(40),
    address: z.string().min(1).max(500),
    settings: settings.optional(),
  }),
  withId("disconnect_device", { device: deviceId }),
  withId("configure_device", { device: deviceId, settings }),
  withId("create_session", {
    name: text.default(""),
    operator: text.nullable().default(null),
    participants: z.array(text).max(20).default([]),
    /** Absent: every connected device that is in no open session. */
    devices: z.array(deviceId).max(200).optional(),
    /** Absent: as the hub's setting says. */
    when_open: z.enum(["many", "single"]).optional(),
    /** With `single`: also end a session that is recording. */
    stop_recording: z.boolean().default(false),
  }),
  withId("add_device", { session: sessionId, device: deviceId }),
  withId("start_recording", { session: sessionId }),
  withId("stop_recording", { session: sessionId }),
  withId("marker", {
    session: sessionId,
    label: text.min(1),
    /** Hub microseconds of the key press as the page knows them; absent: the moment of arrival. */
    at_us: z.number().positive().optional(),
  }),
  withId("note", { session: sessionId, text: z.string().min(1).max(NOTE_MAX) }),
  /** Everything in the room that can makes light, sound or a knock at known times; only while recording. The result holds `cue` and `at_us`. */
  withId("sync_cue", { session: sessionId }),
  /** A page says when its part of a cue was seen or heard. */
  withId("report_cue", {
    session: sessionId,
    cue: z.int().positive(),
    act: z.enum(["flash", "chirp"]),
    /** Hub microseconds of its beginning, and how far that may be off. */
    at_us: z.number().positive(),
    uncertainty_us: z.number().nonnegative().max(10e6),
  }),
  withId("end_session", {
    session: sessionId,
    /** Seal now: files that devices still hold are named missing. */
    without_missing: z.boolean().default(false),
  }),
  /** Lets one phone in: the result holds a one-time code, its life in seconds, and the addresses where phones find the hub. */
  withId("pair_phone", {}),
  /** Takes a phone's token away; it is disconnected at once. */
  withId("unpair_phone", { device: deviceId }),
  /** Asks a device for the files it still holds. */
  withId("fetch_files", { session: sessionId, device: deviceId }),
  withId("reset_session", { session: sessionId }),
  withId("reopen_session", { session: sessionId }),
  withId("recover_session", { session: sessionId, choice: z.enum(["continue", "end", "discard"]) }),
  withId("export_session", {
    session: sessionId,
    formats: z
      .array(z.enum(["csv", "mat"]))
      .min(1)
      .max(10),
  }),
  /** Puts every stream of a session on one time base. */
  withId("synchronize", {
    session: sessionId,
    rate_hz: z
      .number()
      .min(GRID_RATE_LIMITS_HZ.lowest)
      .max(GRID_RATE_LIMITS_HZ.highest)
      .multipleOf(GRID_RATE_LIMITS_HZ.step)
      .default(GRID_RATE_LIMITS_HZ.usual),
  }),
  /** Judges a session: how well it was recorded, and how well its times hold. */
  withId("report_session", { session: sessionId }),
  withId("cancel_job", { job: z.string().max(64) }),
]);

export type Command = z.infer<typeof command>;
export type CommandKind = Command["kind"];
/** A command as a caller writes it: fields with a default may be left out. */
export type CommandInput = z.input<typeof command>;

/** An error as it travels (model `ErrorReport`). */
export const errorReport = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

/** The answer to a command; `repeated` says that the id was known and this is the first answer again. */
export const commandResult = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    command_id: z.string(),
    repeated: z.boolean(),
    result: z.record(z.string(), z.json()),
  }),
  z.object({ ok: z.literal(false), command_id: z.string(), repeated: z.boolean(), error: errorReport }),
]);
export type CommandResult = z.infer<typeof commandResult>;
