import type { RecordingEnd } from "@polychron/devices";
import type { SessionMetadata } from "@polychron/session/format";
import { sessionS, toHubUs, type ClockEpoch } from "@polychron/session/model";
import type { LiveDevice } from "./live-device.js";

/** A recording that is over. */
export interface EndedRecording {
  readonly session: string;
  readonly number: number;
  /** Hub microseconds; undefined where nobody knows: then the device stops at once. */
  readonly endUs: number | undefined;
}

/** The order that ends a recording on a device that records on itself. */
export function stopOrder(device: LiveDevice, { session, number, endUs }: EndedRecording): RecordingEnd {
  return { session, number, stopDeviceS: endUs === undefined ? null : deviceSAt(device, endUs) };
}

/** A hub time on the clock of a device that answers probes, seconds; null where nothing is known of it. */
export function deviceSAt(device: LiveDevice, hubUs: number): number | null {
  return device.streams.find(({ clock }) => clock.nature === "two_way")?.clock.deviceS(hubUs) ?? null;
}

/** When a recording of a session ended, hub microseconds of this epoch; undefined for one that a crash cut off. */
export function endOf({ recordings }: SessionMetadata, epoch: ClockEpoch, number: number): number | undefined {
  const stopS = recordings.find((recording) => recording.number === number)?.stop_t_s;
  return typeof stopS === "number" ? toHubUs(epoch, sessionS(stopS)) : undefined;
}
