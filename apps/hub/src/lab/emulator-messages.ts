import type { OrderedFault } from "@polychron/devices";
import type { ErrorReport } from "@polychron/session/model";

/** What a lab asks of an emulator's process. */
export type ChildRequest =
  | {
      readonly kind: "start";
      readonly link: string;
      readonly seed: number;
      readonly macSuffix: string;
      readonly driftPpm: number;
      readonly truthPath: string;
    }
  | { readonly kind: "order"; readonly fault: OrderedFault }
  | { readonly kind: "close" };

/** The answer to each request. */
export type ChildReply = { readonly ok: true } | { readonly ok: false; readonly error: ErrorReport };
