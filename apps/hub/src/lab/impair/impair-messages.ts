import type { LabLink } from "./links.js";

/** A link between one device and the hub, as the process of the impaired network is asked for it. */
export interface LinkOrder {
  /** How the link behaves. */
  readonly link: LabLink;
  /** Every delay of the link follows from it. */
  readonly seed: number;
  /** The port of the hub on this computer. */
  readonly hubPort: number;
}

/** What a lab asks of the process of its impaired network. */
export type ImpairRequest =
  | ({ readonly kind: "open" } & LinkOrder)
  /** Answered with a `LatenessReport`: how far the network's own times were off. */
  | { readonly kind: "lateness" }
  | { readonly kind: "close" };
