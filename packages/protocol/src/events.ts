import { z } from "zod";
import type { ErrorReport, SessionEvent } from "@polychron/session/model";
import type { CommandInput, CommandResult } from "./commands.js";
import type { HubSnapshot, TraceChunk } from "./snapshot.js";

/** A picture to look at. */
export interface PreviewView {
  readonly device: string;
  /** Hub microseconds at which it arrived. */
  readonly at_us: number;
  readonly jpeg: Uint8Array;
}

/** Follow a session's log from a sequence number (1 = from the start). */
export const followRequest = z.strictObject({ session: z.string().min(1).max(100), from_seq: z.int().positive() });
export type FollowRequest = z.infer<typeof followRequest>;

/** Follow a session's log no longer. */
export const unfollowRequest = followRequest.pick({ session: true });
export type UnfollowRequest = z.infer<typeof unfollowRequest>;

/** The hub's clock, as a page asks for it to say when something was seen on the page. */
export type TimeAck = (
  answer: { readonly ok: true; readonly now_us: number } | { readonly ok: false; readonly error: ErrorReport },
) => void;

/** An acknowledgement that carries either nothing or an error. */
export type PlainAck = (answer: { readonly ok: true } | { readonly ok: false; readonly error: ErrorReport }) => void;

/** From the page to the hub; each answers through its acknowledgement. */
export interface UiToHub {
  command(value: CommandInput, ack: (result: CommandResult) => void): void;
  follow(request: FollowRequest, ack: PlainAck): void;
  unfollow(request: UnfollowRequest, ack: PlainAck): void;
  /** What time is it on the hub? The value is an empty object. */
  time(request: Record<string, never>, ack: TimeAck): void;
}

/** From the hub to the page. `traces` and `snapshot` may be skipped for a slow page; `event` never is. */
export interface HubToUi {
  snapshot(value: HubSnapshot): void;
  event(value: { readonly session: string; readonly event: SessionEvent }): void;
  traces(value: readonly TraceChunk[]): void;
  /** A picture of what a camera sees now, JPEG bytes; may be skipped. */
  preview(value: PreviewView): void;
  /** A message came without an acknowledgement and was not obeyed. */
  refused(value: ErrorReport): void;
}
