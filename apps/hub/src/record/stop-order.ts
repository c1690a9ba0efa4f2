import type { RecordingEnd } from "@polychron/devices";
import type { DeviceStop, SessionMetadata } from "@polychron/session/format";
import { sessionS, toHubUs, toSessionS, type ClockEpoch, type HubUs, type JsonObject } from "@polychron/session/model";
import type { OpenSession } from "@polychron/session/store";
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

/** The details of a `device_ack` for a device that closed its own files when its recording's end had been written already. */
export function lateStop(
  { epoch, metadata }: Pick<OpenSession, "epoch" | "metadata">,
  { device, recording, atUs }: { readonly device: string; readonly recording: number; readonly atUs: HubUs },
): JsonObject | undefined {
  const entry = metadata.recordings
    .find(({ number }) => number === recording)
    ?.coordination?.find((known) => known.device === device);
  if (entry === undefined || typeof entry.stop?.answered_t_s === "number") return undefined;
  const answered = Math.round(toSessionS(epoch, atUs) * 1e6) / 1e6;
  const stop: DeviceStop = { ...NOTHING_KNOWN, ...entry.stop, status: "late", reason: null, answered_t_s: answered };
  return { device, ack: "late_stop", recording, coordination: [{ ...entry, stop }] as unknown as JsonObject[] };
}

/** Of a recording that a crash cut off. */
const NOTHING_KNOWN = { skew_s: null, last_t_s: null } as const;
