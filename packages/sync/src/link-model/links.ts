/** To the device, or from it to the hub. */
export type Direction = "down" | "up";

/** The links between a hub and a device that answers. */
export type LinkName = "lan" | "wifi-quiet" | "wifi-busy" | "wifi-upload" | "wifi-psm";

/** A queue that stands for a while at the link's narrowest place. */
export interface StandingQueue {
  readonly fromS: number;
  readonly toS: number;
  readonly downMs: number;
  readonly upMs: number;
}

/** One link; delays in milliseconds. */
export interface Link {
  /** The least delay, both ways together. */
  readonly sumMs: number;
  readonly jitterMs: number;
  readonly retry: { readonly share: number; readonly ms: number };
  readonly stall: { readonly share: number; readonly fromMs: number; readonly toMs: number };
  /** How far each way's least delay wanders within a minute. */
  readonly wanderMs: number;
  /** Episodes of other people's traffic: mean seconds between and within, median delay down and up, their spread. */
  readonly episodes?: {
    readonly offS: number;
    readonly onS: number;
    readonly downMs: number;
    readonly upMs: number;
    readonly spread: number;
  };
  readonly standing: readonly StandingQueue[];
  /** The device's radio dozes and is called at beacons. */
  readonly isPowerSaving: boolean;
}

const QUIET: Link = {
  sumMs: 1.8,
  jitterMs: 0.2,
  retry: { share: 0.05, ms: 2.5 },
  stall: { share: 0.002, fromMs: 20, toMs: 120 },
  wanderMs: 0.03,
  episodes: { offS: 20, onS: 0.5, downMs: 3, upMs: 4, spread: 0.6 },
  standing: [],
  isPowerSaving: false,
};

/** The link models of the benchmark (reference: clock synchronisation, section 6). */
export const LINKS: Readonly<Record<LinkName, Link>> = {
  lan: {
    sumMs: 0.26,
    jitterMs: 0.03,
    retry: { share: 0, ms: 1 },
    stall: { share: 0.001, fromMs: 5, toMs: 30 },
    wanderMs: 0.005,
    standing: [],
    isPowerSaving: false,
  },
  "wifi-quiet": QUIET,
  "wifi-busy": {
    sumMs: 2.1,
    jitterMs: 0.45,
    retry: { share: 0.15, ms: 5 },
    stall: { share: 0.005, fromMs: 50, toMs: 300 },
    wanderMs: 0.06,
    episodes: { offS: 3, onS: 3, downMs: 8, upMs: 14, spread: 0.9 },
    standing: [],
    isPowerSaving: false,
  },
  "wifi-upload": {
    sumMs: 2.1,
    jitterMs: 0.35,
    retry: { share: 0.1, ms: 4 },
    stall: { share: 0.004, fromMs: 50, toMs: 300 },
    wanderMs: 0.06,
    episodes: { offS: 6, onS: 1.5, downMs: 5, upMs: 9, spread: 0.8 },
    standing: [
      { fromS: 400, toS: 700, downMs: 2, upMs: 30 },
      { fromS: 1100, toS: 1250, downMs: 1, upMs: 18 },
    ],
    isPowerSaving: false,
  },
  "wifi-psm": { ...QUIET, isPowerSaving: true },
};
