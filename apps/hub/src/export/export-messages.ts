import type { ExportResult } from "@polychron/export";
import type { ErrorReport } from "@polychron/session/model";

/** What the hub asks its export process to do; sent once, at the start. */
export interface ExportRequest {
  readonly recordingsFolder: string;
  readonly sessionId: string;
  readonly formats: readonly string[];
  readonly version: string;
}

/** What the export process says: how far it is, then one of the other two. */
export type ExportReply =
  | { readonly kind: "progress"; readonly progress: number }
  | { readonly kind: "done"; readonly result: ExportResult }
  | { readonly kind: "failed"; readonly error: ErrorReport };
