import type { ProcessingEntry } from "@polychron/session/format";
import type { ErrorReport } from "@polychron/session/model";

/** The kinds of work on finished sessions. */
export type WorkKind = "export" | "synchronize" | "report";

/** What a kind of work wants to know, and what the metadata keep of it. */
export type WorkParameters = ProcessingEntry["items"][number]["parameters"];

/** What the hub asks its work process to do; sent once, at the start. */
export interface WorkRequest {
  readonly kind: WorkKind;
  readonly recordingsFolder: string;
  readonly sessionId: string;
  readonly parameters: WorkParameters;
  /** Of the program, for what it writes. */
  readonly version: string;
  /** The program that decodes video and sound. */
  readonly ffmpeg: string;
}

/** What one processor made of a session, as the metadata list it. */
export interface MadeItem {
  /** Its name in `post_processing`. */
  readonly processor: string;
  /** Relative to the session. */
  readonly inputs: readonly string[];
  readonly outputs: readonly ProcessingEntry["items"][number]["outputs"][number][];
  readonly parameters: WorkParameters;
  /** Why it made nothing, where the rest of the work went on without it. */
  readonly error?: ErrorReport;
}

/** What the work process says: how far it is (0 to 1), then one of the other two. */
export type WorkReply =
  | { readonly kind: "progress"; readonly progress: number }
  | { readonly kind: "done"; readonly made: readonly MadeItem[] }
  | { readonly kind: "failed"; readonly error: ErrorReport };

/** Does one kind of work. */
export type DoWork = (request: WorkRequest, onProgress: (progress: number) => void) => Promise<MadeItem[]>;
