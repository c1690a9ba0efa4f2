import type { OrderedFault } from "@polychron/devices";

/** What a lab asks of an emulated phone's process. */
export type PhoneRequest =
  | ({ readonly kind: "start" } & PhoneMake)
  | ({ readonly kind: "join" } & PhoneWay)
  | { readonly kind: "order"; readonly fault: OrderedFault }
  /** Answered when the phone records nothing and holds nothing any more. */
  | { readonly kind: "hand_over"; readonly withinMs: number }
  | { readonly kind: "close" };

/** What an emulated phone is. */
export interface PhoneMake {
  /** 1, 2, 3…: part of what it calls itself. */
  readonly number: number;
  readonly seed: number;
  /** How fast its clock runs against the PC's, parts per million. */
  readonly driftPpm: number;
  /** Where it keeps its files. */
  readonly folder: string;
  /** Where it writes down what it makes; absent: nowhere. */
  readonly truthPath?: string;
  /** The program that makes its video. */
  readonly ffmpeg: string;
}

/** The way into a hub. */
export interface PhoneWay {
  /** The hub's address, `http://127.0.0.1:4280`. */
  readonly hub: string;
  /** The one-time code that the operator gave. */
  readonly code: string;
}

/** What the hub made of a phone that joined. */
export interface JoinedPhone {
  /** The id under which the hub knows it. */
  readonly device: string;
}
