import type { OrderedFault } from "@polychron/devices";

/** What a lab asks of an emulated Shimmer's process. */
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
