import type { Clock, Timers } from "@polychron/session/model";
import type { FaultListener } from "./device-log.js";
import type { ConvertVideo } from "./video-conversions.js";

/** What the recorder needs of the world. */
export interface RecorderPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  /** How far ahead a start is scheduled. */
  readonly leadMs: number;
  /** What creating a session does with an open one, where the request does not say. */
  readonly createPolicy: "many" | "single";
  readonly onFault: FaultListener;
  readonly convertVideo: ConvertVideo;
  /** Keeps the computer awake until the answer is called. */
  keepAwake(): () => void;
  /** Throws `STORAGE_FULL` while there is too little room on the disk to begin anything. */
  requireRoom(): Promise<void>;
}
