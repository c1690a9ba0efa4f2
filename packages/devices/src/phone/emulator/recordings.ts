import type { PhoneHello, StartOrder, startAck, stopAck, StopOrder } from "@polychron/protocol";
import type { z } from "zod";
import type { PhoneBoot } from "./boot.js";
import { PhoneRecording, type KeptFile, type PhoneRecordingParts, type RecordingKey } from "./recording.js";
import type { Uploads } from "./uploads.js";

type StopAnswer = z.infer<typeof stopAck>;

/** All recordings on an emulated phone; they outlive connections and restarts. */
export class PhoneRecordings {
  readonly #parts: PhoneRecordingParts;
  readonly #uploads: Uploads;
  readonly #all = new Map<string, PhoneRecording>();
  readonly #whenTold = new Set<PhoneRecording>();
  readonly #answers = new Map<PhoneRecording, Promise<StopAnswer>>();

  constructor(parts: PhoneRecordingParts, uploads: Uploads) {
    this.#parts = parts;
    this.#uploads = uploads;
  }

  get isRunning(): boolean {
    return [...this.#all.values()].some(({ isRunning }) => isRunning);
  }

  /** Nothing is recorded, and the hub has every file. */
  get isEmpty(): boolean {
    return this.held.length === 0;
  }

  get held(): PhoneHello["held"] {
    return [...this.#all.values()]
      .filter(({ isRunning, holdsFiles }) => isRunning || holdsFiles)
      .map(({ key, isRunning }) => ({ ...key, state: isRunning ? "recording" : "stopped" }));
  }

  /** Undefined if no sample came in time. */
  start(boot: PhoneBoot, order: StartOrder): Promise<z.infer<typeof startAck>["first"] | undefined> {
    const recording = this.#find(order) ?? new PhoneRecording(keyOf(order), this.#parts);
    this.#all.set(nameOf(order), recording);
    // A restarted phone goes on with the recording: its end will be another one.
    if (!recording.isRunning) this.#answers.delete(recording);
    if (order.upload === "when_told") this.#whenTold.add(recording);
    return recording.begin(boot, order.start_device_s);
  }

  /** A recording that was never begun here has no files. Asked again, the answer is the same. */
  async stop(order: StopOrder): Promise<StopAnswer> {
    const recording = this.#find(order);
    if (recording === undefined) return { ok: true, next_seq: {}, files: [] };
    const answer = this.#answers.get(recording) ?? this.#end(recording, order.stop_device_s);
    this.#answers.set(recording, answer);
    answer.catch(() => this.#answers.delete(recording)); // whoever asks again may have more luck
    const { next_seq } = await answer;
    if (!this.#whenTold.has(recording)) for (const file of this.#unsent(recording)) this.#uploads.add(file);
    return { ok: true, next_seq, files: recording.files.map(({ told }) => told) };
  }

  /** Sends what is held of a recording. */
  upload(key: RecordingKey): void {
    const recording = this.#find(key);
    if (recording === undefined) return;
    this.#whenTold.delete(recording);
    for (const file of this.#unsent(recording)) this.#uploads.again(file);
  }

  /** The hub has a file. False if that is another one than the phone's. */
  async stored(key: RecordingKey & { readonly file_id: string; readonly sha256: string }): Promise<boolean> {
    const file = this.#find(key)?.files.find(({ told }) => told.file_id === key.file_id);
    if (file === undefined || file.isStored) return true;
    if (file.told.sha256 !== key.sha256) return false;
    file.isStored = true;
    this.#uploads.remove(key.file_id);
    await this.#parts.storage.remove(file.path);
    return true;
  }

  reconnected(nextSeq: Readonly<Record<string, number>>): void {
    for (const recording of this.#all.values()) recording.reconnected(nextSeq);
  }

  /** No storage is left: what is being filmed ends here. */
  async endVideos(): Promise<void> {
    await Promise.all([...this.#all.values()].map((recording) => recording.endVideo()));
  }

  async powerCut(): Promise<void> {
    await Promise.all([...this.#all.values()].map((recording) => recording.powerCut()));
  }

  async #end(recording: PhoneRecording, stopS: number | null): Promise<StopAnswer> {
    return { ok: true, next_seq: await recording.end(stopS), files: [] };
  }

  #unsent({ key, files }: PhoneRecording): { session: string; fileId: string; path: string }[] {
    const unsent = files.filter(({ isStored }: KeptFile) => !isStored);
    return unsent.map(({ told, path }) => ({ session: key.session, fileId: told.file_id, path }));
  }

  #find(key: RecordingKey): PhoneRecording | undefined {
    return this.#all.get(nameOf(key));
  }
}

function keyOf({ session, recording }: RecordingKey): RecordingKey {
  return { session, recording };
}

function nameOf({ session, recording }: RecordingKey): string {
  return JSON.stringify([session, recording]);
}
