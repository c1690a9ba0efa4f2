import {
  plainAck,
  plainReason,
  readHeldFiles,
  startAck,
  stopAckUnread,
  type HeldFile as ToldFile,
  type PhoneHello,
} from "@polychron/protocol";
import type { JsonObject } from "@polychron/session/model";
import type { z } from "zod";
import type {
  FirstKept,
  HeldFile,
  HeldRecording,
  OwnFiles,
  RecordingEnd,
  RecordingOrder,
  SelfRecorder,
} from "../driver.js";
import { DeviceError } from "../errors.js";
import type { Timers } from "../timing.js";
import type { PhoneLink, PhoneOrder } from "./link.js";
import type { SafeNumbers } from "./safe-numbers.js";
import { StoredFiles, type StoredFile } from "./stored-files.js";

/** What the recording side of a phone's driver is made of. */
export interface PhoneRecorderParts {
  readonly link: PhoneLink;
  readonly timers: Timers;
  readonly safe: SafeNumbers;
  /** How messages name the phone. */
  device(): string;
  /** More of the phone's samples are safe. */
  onSafe(): void;
  onFault(thrown: unknown): void;
}

/** The first kept sample comes within a second of the start, which is at most some seconds ahead. */
const START_WITHIN_MS = 15_000;
/** A phone may have a long video to close and to hash. */
const STOP_WITHIN_MS = 30_000;
const SEND_WITHIN_MS = 15_000;

/** A phone that records on itself: told when, asked for its files, and told what is safe. */
export class PhoneRecorder implements SelfRecorder {
  readonly #parts: PhoneRecorderParts;
  readonly #files: StoredFiles;
  #held: readonly HeldRecording[] = [];
  /** The newest recording that the phone was told of and has not ended. */
  #running: Pick<RecordingOrder, "session" | "number"> | undefined;

  constructor(parts: PhoneRecorderParts) {
    this.#parts = parts;
    this.#files = new StoredFiles(parts);
  }

  get held(): readonly HeldRecording[] {
    return this.#held;
  }

  /** Every connection begins so; what is safe now is told in the answer. */
  greeted({ held }: PhoneHello): void {
    this.#held = held.map(({ session, recording: number, state }) => ({ session, number, state }));
    this.#parts.safe.setRecording(this.#isRecording);
    this.#files.tellAll();
  }

  async start(order: RecordingOrder, signal: AbortSignal): Promise<readonly FirstKept[]> {
    const { session, number, stamp, startUs, startDeviceS } = order;
    this.#running = { session, number };
    this.#watch();
    const recording = { session, recording: number, stamp, start_hub_us: startUs, start_device_s: startDeviceS };
    const value = { ...recording, upload: "after_stop" };
    const { first } = await this.#order("start", value, startAck, { withinMs: START_WITHIN_MS, signal });
    this.#hold({ session, number, state: "recording" });
    return first.map(({ stream, seq, device_time_s }) => ({ fileType: stream, seq, deviceTimeS: device_time_s }));
  }

  async stop({ session, number, stopDeviceS }: RecordingEnd, signal: AbortSignal): Promise<OwnFiles> {
    const value = { session, recording: number, stop_device_s: stopDeviceS };
    const { files } = await this.#order("stop", value, stopAckUnread, { withinMs: STOP_WITHIN_MS, signal });
    this.#hold({ session, number, state: "stopped" });
    if (this.#running?.session === session && this.#running.number === number) this.#running = undefined;
    this.#watch();
    const { held, refused } = readHeldFiles(files);
    const tell = ({ fileId, reason }: (typeof refused)[number]): DeviceError =>
      this.refuse({ session, number, fileId }, reason);
    return { files: held.map(heldFile), refused: refused.map(tell) };
  }

  refuse(
    { session, number: recording, fileId: file }: { session: string; number: number; fileId: string },
    reason: string,
  ): DeviceError {
    const refused = new DeviceError("PHONE_FILE_REFUSED", {
      device: this.#parts.device(),
      session,
      recording,
      file,
      reason,
    });
    const { code, message, remedy } = refused;
    const params = { session, recording, file_id: file, reason };
    this.#parts.link.notify("error", { ok: false, error: { code, message, remedy, params }, of: "stop" });
    return refused;
  }

  keep(fileType: string): () => void {
    const { safe, onSafe } = this.#parts;
    safe.keep(fileType);
    return () => safe.letGo(fileType) && onSafe();
  }

  async send(
    { session, number }: { readonly session: string; readonly number: number },
    signal: AbortSignal,
  ): Promise<void> {
    const value = { session, recording: number };
    await this.#order("upload", value, plainAck, { withinMs: SEND_WITHIN_MS, signal });
  }

  acknowledge(fileType: string, nextSeq: number): void {
    if (this.#parts.safe.acknowledge(fileType, nextSeq)) this.#parts.onSafe();
  }

  stored(file: StoredFile): void {
    this.#files.add(file);
  }

  /** No more words to the phone; whoever connects it again starts recordings anew. */
  end(): void {
    this.#running = undefined;
    // What the phone goes on recording may be needed by the one who connects it next.
    this.#parts.safe.setRecording(this.#isRecording);
    this.#files.end();
  }

  /** The phone records: by this hub's order, or by that of another hub or of a session that was interrupted. */
  get #isRecording(): boolean {
    return this.#running !== undefined || this.#held.some(({ state }) => state === "recording");
  }

  /** While the phone records only what is on the disk is safe. */
  #watch(): void {
    if (this.#parts.safe.setRecording(this.#isRecording)) this.#parts.onSafe();
  }

  #hold(recording: HeldRecording): void {
    const { session, number } = recording;
    this.#held = [...this.#held.filter((held) => held.session !== session || held.number !== number), recording];
  }

  async #order<Schema extends z.ZodType>(
    name: PhoneOrder,
    value: JsonObject,
    schema: Schema,
    wait: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<z.infer<Schema>> {
    const answer = schema.safeParse(await this.#parts.link.order(name, value, wait));
    if (answer.success) return answer.data;
    const reason = plainReason(answer.error);
    throw new DeviceError("PHONE_ANSWER_INVALID", { device: this.#parts.device(), order: name, reason });
  }
}

function heldFile(file: ToldFile): HeldFile {
  return {
    fileId: file.file_id,
    fileType: file.file_type,
    folder: file.folder,
    ext: file.ext,
    sizeBytes: file.size_bytes,
    sha256: file.sha256,
    frames: file.frames,
    durationS: file.duration_s,
    firstDeviceTimeS: file.first_device_time_s,
  };
}
