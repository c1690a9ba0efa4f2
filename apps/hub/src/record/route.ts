import type { LiveDevice, LiveStream } from "./live-device.js";
import type { CutCounts } from "./stream-cut.js";

/** One stream on its way from a running device through the recording's cut to its file. */
export interface Route {
  readonly device: LiveDevice;
  readonly stream: LiveStream;
  /** Ends the recording at a hub time; samples from before it may still arrive. */
  stopAt(us: number): void;
  /** Everything kept is handed to its file when this resolves; nothing more is taken, and what did not come is missing. */
  settle(): Promise<void>;
  /** Something was kept. */
  readonly hasBegun: boolean;
  /** Nothing more can come. */
  readonly isPast: boolean;
  counts(atUs: number): CutCounts & { readonly written: number };
}

/** Samples that are missing, by the device's own numbering or clock. */
export interface Gap {
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The device's time behind the gap, seconds. */
  readonly deviceTimeS: number;
  readonly atUs: number;
  /** Where the route itself knows it. */
  readonly cause?: string;
}

/** Told where samples are missing. */
export type GapListener = (route: Route, gap: Gap) => void;
