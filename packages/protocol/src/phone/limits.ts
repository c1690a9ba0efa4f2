/** The version of the words between phone and hub: a hub takes every minor version of its major one. */
export const PHONE_PROTOCOL_VERSION = "1.0";

/** The Socket.IO namespace of the phones. */
export const PHONE_NAMESPACE = "/phone";
/** The Socket.IO namespace of clock probes; a phone opens it on a connection of its own, by WebSocket only. */
export const CLOCK_NAMESPACE = "/clock";

/** Where a one-time code becomes a token (HTTP POST). */
export const PAIR_PATH = "/api/pair";
/** Where files are uploaded (tus 1.0). */
export const UPLOAD_PATH = "/uploads";

/** What one phone may ask of a hub; told to every phone in the answer to its hello. */
export const PHONE_LIMITS = {
  /** The longest message, bytes; a longer one ends the connection. */
  max_message_bytes: 262_144,
  /** Samples in one block. */
  max_block_samples: 4_096,
  /** Channels of one stream. */
  max_channels: 64,
  /** Streams of one phone. */
  max_streams: 16,
  /** Messages a second, blocks included; more are refused with `PHONE_RATE_LIMITED`. */
  max_messages_per_s: 200,
  /** Body of one PATCH of an upload, bytes. */
  max_upload_patch_bytes: 8_388_608,
  /** A phone that lets more than this wait unread is dropped, bytes. */
  max_unread_bytes: 8_000_000,
  /** Engine.IO heartbeat: a ping so often, and an answer within. */
  ping_interval_ms: 2_000,
  ping_timeout_ms: 3_000,
} as const;
export type PhoneLimits = { readonly [Name in keyof typeof PHONE_LIMITS]: number };
