import type { PhoneEvent, PhoneHello, PhoneStatus, ProbeReply, WireBlock } from "@polychron/protocol";
import type { ErrorReport, JsonObject } from "@polychron/session/model";

/** Where a refused block lies in its stream: numbers from `fromSeq` to `toSeq` (excluded), as its own head says. */
export interface RefusedPlace {
  readonly fileType: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  /** It says that what lies before it will not come. */
  readonly skips: boolean;
}

/** A block that was refused: why, and where it belongs as far as its own head tells. */
export interface RefusedBlock {
  readonly error: ErrorReport;
  readonly place?: RefusedPlace;
}

/** What a phone says; called in the order in which it came, with the hub microseconds of its arrival. */
export interface PhoneLinkListener {
  /** The phone is here, or here again: every connection begins so. Returns what of each stream is safe (`next_seq`). */
  onHello(hello: PhoneHello, atUs: number): Readonly<Record<string, number>>;
  /** Throws `DeviceError` (`PHONE_BLOCK_INVALID`) for a block that does not fit what was announced. */
  onBlock(block: WireBlock, atUs: number): void;
  /** A block was not taken, by whoever refused it (`onBlock` itself, too), and the phone was told. */
  onRefused(refused: RefusedBlock, atUs: number): void;
  /** Throws `DeviceError` (`PHONE_TIME_WRONG`) for a status at a time that cannot be. */
  onStatus(status: PhoneStatus, atUs: number): void;
  /** Resolves when it is written down. Throws `DeviceError` (`PHONE_NOT_IN_SESSION`) and what the writing throws. */
  onEvent(event: PhoneEvent, atUs: number): Promise<void>;
  /** The connection is gone; the phone records on. */
  onGone(reason: string, atUs: number): void;
  /** `t1Us` and `atUs` are the hub times at which the probe left and the answer came; undefined reply = none within the limit. */
  onProbe(reply: ProbeReply | undefined, t1Us: number, atUs: number): void;
}

/** The orders that a phone acknowledges. */
export type PhoneOrder = "arm" | "disarm" | "start" | "stop" | "upload" | "file_stored" | "cue";
/** What a phone is told without an answer. */
export type PhoneNotice = "stored" | "resend" | "error";

/** One phone, connected or not: the small port between its driver and whatever carries the words (Socket.IO in the hub). */
export interface PhoneLink {
  /** Names the phone for ever: the hub's own id of its pairing. */
  readonly hardwareId: string;
  /** How messages name it: the hub's id of the device once there is one. */
  readonly name: string;
  readonly isUp: boolean;
  /** The newest hello; undefined before the first. */
  readonly hello: PhoneHello | undefined;
  /** One listener at a time; the answer ends it. */
  listen(listener: PhoneLinkListener): () => void;
  /**
   * Gives an order and waits for its acknowledgement, checked against its schema.
   * Throws `DeviceError`: `PHONE_AWAY` (not connected, or gone meanwhile), `PHONE_NO_ANSWER`, `PHONE_REFUSED` (its own words), `PHONE_ANSWER_INVALID`.
   */
  order(
    name: PhoneOrder,
    value: JsonObject,
    wait: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<JsonObject>;
  /** Dropped when the phone is away: it is told again after its next hello. */
  notify(name: PhoneNotice, value: JsonObject): void;
}
