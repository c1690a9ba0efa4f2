import { CUE_ACTS, isTableColumn } from "@polychron/session/model";
import { z } from "zod";
import { count, identifier, name, seconds, sha256, text } from "./fields.js";
import { fileType, heldFile, TAKEN_NAMES } from "./held-file.js";

const streamName = name.describe("the stream, as named in the hello");
const yes = z.literal(true).describe("always `true`; a refusal has `false`");

/** A recording of a session: how both ends name it. */
export const recordingName = z.strictObject({
  session: z.string().min(1).max(100).describe("the session's id"),
  recording: z.int().positive().describe("the number of the recording in that session, 1, 2, 3…"),
});
export type RecordingName = z.infer<typeof recordingName>;

/** One stream that a phone can deliver. */
export const phoneStream = z.strictObject({
  stream: fileType.describe(`its name, unique on this phone, part of file names; ${TAKEN_NAMES}`),
  nominal_rate_hz: z.number().min(0).max(100_000).describe("samples a second; 0 = irregular"),
  channels: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[A-Za-z][A-Za-z0-9_]{0,62}$/)
          .refine((column) => !isTableColumn(column), {
            error: ({ input }) => `every table has a column '${String(input)}'`,
          })
          .describe(
            "the column's name, unique in its stream, `quantity_unit` in ASCII, such as `accel_x_mps2`; not `seq`, `device_time_s`, `arrival_time_s`, `t_s`, `recording`, which every table has",
          ),
        unit: z.string().max(40).describe("the unit as a person writes it, such as `m/s²`; empty for none"),
        kind: z.enum(["raw", "calibrated"]).describe("`raw` = as the sensor counts, `calibrated` = in `unit`"),
        description: text.describe("what it is, in a sentence"),
      }),
    )
    .min(1)
    .max(64)
    .describe("its columns, in the order of a block's values"),
});
export type PhoneStream = z.infer<typeof phoneStream>;

/** The first message on the phone namespace; nothing else is heard before it. */
export const phoneHello = z.strictObject({
  protocol: z.string().max(20).describe("the version of this page that the phone speaks: `1.0`"),
  boot_id: identifier.describe("changes whenever sequence numbers begin anew (a reboot, a new process), and only then"),
  clock: z
    .strictObject({
      id: identifier.describe("names this run of the clock; changes whenever it may have been reset or stopped"),
      quant_s: z.number().positive().max(1).describe("its resolution, seconds"),
    })
    .describe("the monotonic clock of every `device_time_s`; never the wall clock"),
  model: text.describe("for people: `Pixel 9`"),
  app: text.describe("name and version of the program on the phone"),
  os: text.describe("`Android 16`"),
  capabilities: z
    .array(name)
    .max(20)
    .describe(
      "any of `rgb_video`, `thermal_video`, `gsr_data`, `motion_data`, `audio_recording`, `cue_flash`, `cue_chirp`, `cue_tap`, or words of its own",
    ),
  streams: z.array(phoneStream).max(16).describe("what it can deliver; the place in this list is the index in blocks"),
  simulated: z.boolean().default(false).describe("true for a phone that is made of code"),
  held: z
    .array(
      recordingName.extend({
        state: z
          .enum(["recording", "stopped"])
          .describe("still being recorded, or stopped with something left to send"),
      }),
    )
    .max(100)
    .default([])
    .describe("recordings that it still records, or of which it still holds something"),
});
export type PhoneHello = z.infer<typeof phoneHello>;

/** The hub's answer to a hello. */
export const phoneWelcome = z.strictObject({
  ok: yes,
  protocol: z.string().describe("the version that the hub speaks"),
  device: z.string().describe("the id under which the hub knows this phone, for ever"),
  hub: z
    .strictObject({
      name: z.string().describe("the program: `polychron`"),
      version: z.string().describe("its version"),
    })
    .describe("what answers"),
  limits: z.record(z.string(), z.number()).describe("by name, see [Limits](#limits)"),
  next_seq: z
    .record(z.string(), count)
    .describe("per stream, the first sequence number that is not yet safe: what is held from here on is sent again"),
  upload_path: z.string().describe("where files go, by tus"),
});
export type PhoneWelcome = z.infer<typeof phoneWelcome>;

/** Hub to phone: deliver blocks of these streams from now on; acknowledged when the sensors run. */
export const armOrder = z.strictObject({
  streams: z.array(name).describe("the streams to deliver, as named in the hello"),
});
export const armAck = z.strictObject({ ok: yes });

/** Hub to phone: record from an instant on. Acknowledged after the first kept sample. */
export const startOrder = recordingName.extend({
  stamp: z.string().describe("what the recording's files are stamped with: `YYYYMMDD_HHMMSS`"),
  start_hub_us: z.number().describe("the scheduled start, hub microseconds"),
  start_device_s: z
    .number()
    .nullable()
    .describe("the same instant on the phone's clock, as the hub estimates it, seconds; null = at once"),
  upload: z
    .enum(["after_stop", "when_told"])
    .describe("when its files are to be sent: as soon as it has stopped, or at `upload`"),
});
export type StartOrder = z.infer<typeof startOrder>;
export const startAck = z.strictObject({
  ok: yes,
  first: z
    .array(
      z.strictObject({
        stream: streamName,
        seq: count.describe("its sequence number"),
        device_time_s: seconds.describe("its time on the phone's clock, seconds"),
      }),
    )
    .describe("per stream, the first sample of the recording"),
});

/** Hub to phone: the recording is over. Acknowledged when the phone's files are closed. */
export const stopOrder = recordingName.extend({
  stop_device_s: z
    .number()
    .nullable()
    .describe("the instant of the stop on the phone's clock, as the hub estimates it, seconds; null = at once"),
});
export type StopOrder = z.infer<typeof stopOrder>;
export const stopAck = z.strictObject({
  ok: yes,
  next_seq: z
    .record(z.string(), count)
    .describe("per stream, the sequence number of the first sample that is no longer part of the recording"),
  files: z
    .array(heldFile)
    .max(100)
    .refine((files) => new Set(files.map(({ file_id: id }) => id)).size === files.length, "two files have one id")
    .describe("the files of this recording that the phone holds, closed and hashed; no two with one `file_id`"),
});
/** The same as the hub reads it at first: each file is judged by itself (`readHeldFiles`). */
export const stopAckUnread = stopAck.extend({ files: z.array(z.unknown()).max(100) });

/** Hub to phone: stop delivering blocks. */
export const disarmOrder = z.strictObject({});
export const disarmAck = armAck;

/** Hub to phone: send the files of a recording now. */
export const uploadOrder = recordingName;
export const uploadAck = armAck;

/** Hub to phone: make your part of a cue that other devices record. Acknowledged when it is done. */
export const cueOrder = z.strictObject({
  cue: z.int().positive().describe("names the cue in its session"),
  acts: z
    .array(z.enum(CUE_ACTS))
    .min(1)
    .max(CUE_ACTS.length)
    .describe("what to do, of what the `capabilities` name, all at the same instant: see [Cues](#cues)"),
  at_device_s: seconds
    .nullable()
    .describe("when it begins, on the phone's clock as the hub estimates it, seconds; null = at once"),
});
export type CueOrder = z.infer<typeof cueOrder>;
export const cueAck = z.strictObject({
  ok: yes,
  made: z
    .array(
      z.strictObject({
        act: z.enum(CUE_ACTS).describe("what was done"),
        device_time_s: seconds.describe("when it began (a knock: its peak), on the phone's clock, seconds"),
        uncertainty_s: z
          .number()
          .nonnegative()
          .max(10)
          .default(0)
          .describe("how far the light or the sound itself may lie from that time, seconds"),
      }),
    )
    .max(CUE_ACTS.length)
    .describe("what was really done and when; what could not be done is left out"),
});

/** Hub to phone: up to here samples are on the hub's disk (or were not wanted); they need not be kept. */
export const storedNotice = z.strictObject({
  next_seq: z.record(z.string(), count).describe("per stream, the first sequence number that is not yet safe"),
});
/** Hub to phone: a block did not continue the stream; send again from here. */
export const resendNotice = z.strictObject({
  stream: z.string().describe("the stream, as named in the hello"),
  from_seq: count.describe("the sequence number that the hub waits for"),
});
/** Hub to phone: this file is whole, checked and on the disk; the phone may delete it. */
export const fileStoredNotice = recordingName.extend({
  file_id: identifier.describe("the file, as named in the answer to `stop`"),
  sha256: sha256.describe("the SHA-256 of what is on the hub's disk"),
});
export type FileStoredNotice = z.infer<typeof fileStoredNotice>;

/** Phone to hub: how the phone is. Every field may be left out or null: what a phone does not know it does not say. */
export const phoneStatus = z.strictObject({
  device_time_s: seconds.describe("when, on the phone's clock, seconds"),
  battery_percent: z.number().min(0).max(100).nullish().describe("charge of the battery, percent"),
  battery_charging: z.boolean().nullish().describe("whether it is being charged"),
  battery_temperature_celsius: z.number().min(-60).max(150).nullish().describe("its temperature, degrees Celsius"),
  storage_free_bytes: count.nullish().describe("free storage, bytes"),
  storage_total_bytes: count.nullish().describe("all storage, bytes"),
  wifi_name: z.string().max(100).nullish().describe("the name (SSID) of the Wi-Fi network it is in"),
  wifi_dbm: z.number().min(-150).max(30).nullish().describe("strength of the Wi-Fi signal, dBm"),
  wifi_quality_percent: z.number().min(0).max(100).nullish().describe("the same as people see it, percent"),
  cellular_type: z.enum(["none", "2g", "3g", "4g", "5g", "other"]).nullish().describe("the mobile network it is in"),
  cellular_dbm: z.number().min(-180).max(30).nullish().describe("strength of its signal, dBm"),
  cellular_data_bytes: count.nullish().describe("sent and received over the mobile network since the phone started"),
});
export type PhoneStatus = z.infer<typeof phoneStatus>;

/** Phone to hub: something that belongs in the session's log. */
export const phoneEvent = z.strictObject({
  kind: z.enum(["marker", "warning", "error"]).describe("an instant of the experiment, or trouble on the phone"),
  label: z.string().min(1).max(200).describe("for people: what happened"),
  code: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{2,63}$/)
    .optional()
    .describe("of a warning or error: a constant name of the app's own, such as `CAMERA_LOST`"),
  device_time_s: seconds.describe("when, on the phone's clock, seconds"),
});
export type PhoneEvent = z.infer<typeof phoneEvent>;

/** An answer that only says yes. */
export const plainAck = armAck;

/** An answer that says no; also the value of an `error` event where there was no acknowledgement to answer. */
export const phoneRefusal = z.strictObject({
  ok: z.literal(false).describe("always `false`"),
  error: z
    .strictObject({
      code: z.string().describe("constant, for programs: see [Errors](#errors)"),
      message: z.string().describe("what happened, for people"),
      remedy: z.string().describe("what to do next, for people"),
      params: z
        .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
        .describe("the numbers and names in the message"),
    })
    .describe("why"),
  of: z.string().describe("the name of the message that was refused"),
});
export type PhoneRefusal = z.infer<typeof phoneRefusal>;

/** Hub to phone, on the clock namespace: answer at once. */
export const probe = z.strictObject({
  id: z.int().nonnegative().describe("names the question"),
  pad: z.string().max(200).describe("filling that makes question and answer equally long"),
});
/** The answer: when the question came and when the answer left, on the phone's clock. */
export const probeReply = z.strictObject({
  id: z.int().nonnegative().describe("the `id` of the probe"),
  t2_s: seconds.describe("the phone's clock read first thing on receipt, seconds"),
  t3_s: seconds.describe("the phone's clock read last thing before sending, seconds"),
  clock_id: identifier.describe("the `clock.id` of the hello: which run of the clock was read"),
  pad: z.string().max(200).describe("the probe's `pad`, shortened so that both messages are equally long"),
});
export type ProbeReply = z.infer<typeof probeReply>;
