import { unheardRecordings } from "@polychron/session/format";
import type { OpenSession } from "@polychron/session/store";
import { DeviceLog, type FaultListener } from "./device-log.js";
import { VideoConversions, type ConvertVideo } from "./video-conversions.js";

/** What ending a session needs where no hub runs. */
export interface EndingPorts {
  readonly by: string;
  readonly convertVideo: ConvertVideo;
  readonly onFault: FaultListener;
}

/**
 * Gives a session in `processing` what the hub gives it at its end: videos become the files that stay, devices that never told
 * what they hold are named. It is sealed unless files are awaited: no device can be heard here. Throws as `OpenSession.end`.
 */
export async function endWithoutHub(session: OpenSession, { by, convertVideo, onFault }: EndingPorts): Promise<void> {
  const conversions = new VideoConversions(session, { convertVideo, onFault });
  conversions.begin();
  await conversions.settled();
  const log = new DeviceLog(session, onFault);
  const unheard = new Set(unheardRecordings(session.metadata).map(({ device }) => device));
  for (const device of unheard) await log.neverHeard(device);
  await session.end({ reason: "interrupted", by });
}
