/** The way to the hub: the shell's two connections (`PHONE_NAMESPACE`, and `CLOCK_NAMESPACE` on one of its own). */
export interface PhoneWire {
  /** Says something and resolves with the hub's answer, unchecked. Rejects when none comes in time or the connection is gone. */
  ask(name: "hello" | "status" | "event", value: object): Promise<unknown>;
  /** Sends a block; dropped when not connected, for what is kept is sent again. */
  sendBlock(bytes: Uint8Array): void;
  /** Connects, and connects again whenever the connection breaks; each connection is told to `PhoneBrain.up`. Idempotent. */
  open(): void;
  /** Disconnects until `open`. Idempotent. */
  close(): void;
  /** Stops (false) or goes on reading what comes: the bytes wait in the network. */
  read(isReading: boolean): void;
  /** Asleep, nothing is read on either connection and none is made anew; awake, everything goes on. */
  sleep(isAsleep: boolean): void;
}

/** A video that is closed. */
export interface MadeVideo {
  readonly path: string;
  readonly frames: number;
  readonly durationS: number;
}

/** A video that is being made, in real time. */
export interface RunningVideo {
  /** Ends the file as it should be. */
  stop(): Promise<MadeVideo>;
  /** Ends it as a power cut does: what was written stays. */
  cut(): Promise<MadeVideo>;
}

/** Makes the phone's video. */
export interface VideoMaker {
  /** Resolves when the first frame can be expected. `name` is a legal file name, without an extension. */
  start(name: string): Promise<RunningVideo>;
}

/** The phone's own storage. */
export interface PhoneStorage {
  /** Writes a text file; resolves with its path. `name` is a legal file name with its extension. */
  writeText(name: string, text: string): Promise<string>;
  /** Its length and the SHA-256 of its bytes, lower-case hexadecimal. */
  measure(path: string): Promise<{ readonly sizeBytes: number; readonly sha256: string }>;
  remove(path: string): Promise<void>;
}

/** A file to upload. */
export interface FileToUpload {
  readonly session: string;
  readonly fileId: string;
  readonly path: string;
}

/** Sends a file to the hub, from where the hub has it. */
export interface FileUploader {
  /** Resolves when the hub has every byte; rejects otherwise. With `isDamaged` a wrong byte is sent. */
  send(file: FileToUpload, how: { readonly isDamaged: boolean; readonly signal: AbortSignal }): Promise<void>;
}

/** One sample as an emulated phone made it. */
export interface TruePhoneSample {
  /** As in the hello, or `status`: each status that the hub has acknowledged, as the hub numbers and names its columns. */
  readonly stream: string;
  /** Counts the starts of the phone, from 0: with each its numbers and its clock begin anew. */
  readonly boot: number;
  readonly seq: number;
  readonly deviceTimeS: number;
  /** One value per channel, in the order of the hello; null = none. */
  readonly values: readonly (number | null)[];
}

/** One file that an emulated phone closed. */
export interface TruePhoneFile {
  readonly session: string;
  readonly recording: number;
  readonly fileId: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** An emulated phone's clock and the computer's, read at one instant. */
export interface TruePhoneClock {
  /** As of a sample. */
  readonly boot: number;
  /** Counts the leaps of the clock since that start: from one to the next it is one smooth line. */
  readonly leaps: number;
  /** Monotonic microseconds of this computer, which are the hub's where it runs on the same one. */
  readonly hubUs: number;
  readonly deviceTimeS: number;
}

/** One line of the truth about an emulated phone. */
export type PhoneTruth =
  { readonly sample: TruePhoneSample } | { readonly file: TruePhoneFile } | { readonly clock: TruePhoneClock };

/** Told of everything that the phone makes, in the order in which it is made. */
export type PhoneTruthListener = (truth: PhoneTruth) => void;

/** Told of what goes wrong on the phone itself: an upload that failed, a hub that refused. */
export type PhoneTroubleListener = (what: string, thrown: unknown) => void;
