import type { PhoneWelcome } from "@polychron/protocol";
import type { OrderedFault } from "../../ordered-fault.js";
import type { MonotonicClock, Timers } from "../../timing.js";
import type {
  FileUploader,
  PhoneStorage,
  PhoneTroubleListener,
  PhoneTruthListener,
  PhoneWire,
  VideoMaker,
} from "./ports.js";

/** What an emulated phone is, and what it lives on. */
export interface PhoneBrainOptions {
  readonly clock: MonotonicClock;
  readonly timers: Timers;
  readonly wire: PhoneWire;
  readonly video: VideoMaker;
  readonly storage: PhoneStorage;
  readonly uploader: FileUploader;
  /** Decides the person's signals and everything else that is left to chance. */
  readonly seed: number;
  /** > 0: its clock runs fast; 0 when absent. */
  readonly driftPpm?: number;
  /** For people; `Emulated phone` when absent. */
  readonly model?: string;
  /** Timed from the first arming. */
  readonly faults?: readonly OrderedFault[];
  /** Samples of a stream that it keeps for a hub that is away, the oldest given up first; 120 000 when absent: 20 minutes of motion. */
  readonly keepSamples?: number;
  readonly onTruth?: PhoneTruthListener;
  /** Told of every hub's answer to a hello. */
  readonly onWelcome?: (welcome: PhoneWelcome) => void;
  readonly onTrouble?: PhoneTroubleListener;
}
