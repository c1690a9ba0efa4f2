import type { OpenSession } from "@polychron/session/store";
import type { FaultListener } from "./device-log.js";
import { VideoConversions, type ConvertVideo } from "./video-conversions.js";

/** What ending a session needs where no hub runs. */
export interface EndingPorts {
  readonly by: string;
  readonly convertVideo: ConvertVideo;
  readonly onFault: FaultListener;
}

/**
 * Gives a session in `processing` what the hub gives it at its end: videos become the files that stay. It is sealed unless it
 * waits for devices: none can be heard here. Throws as `OpenSession.end`.
 */
export async function endWithoutHub(session: OpenSession, { by, convertVideo, onFault }: EndingPorts): Promise<void> {
  const conversions = new VideoConversions(session, { convertVideo, onFault });
  conversions.begin();
  await conversions.settled();
  await session.end({ reason: "interrupted", by });
}
