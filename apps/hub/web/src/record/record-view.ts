import type { DeviceView, HubSnapshot, SessionView } from "@polychron/protocol";
import { canDo, takes } from "@polychron/session/model";
import { isFrameStream } from "../devices/camera-view.js";
import { isAway } from "../devices/phone-view.js";

/** What the operator can do with the session in view right now, by the lifecycle's own table. */
export interface SessionActions {
  readonly stop: boolean;
  readonly end: boolean;
  readonly reset: boolean;
  readonly mark: boolean;
  readonly addDevice: boolean;
}

/** The hub decides again when the command arrives. */
export function sessionActions(session: SessionView): SessionActions {
  const { state } = session;
  return {
    stop: canDo(state, "stop_recording"),
    end: canDo(state, "end"),
    reset: canDo(state, "reset"),
    mark: takes(state, "marker"),
    addDevice: takes(state, "device"),
  };
}

/** Starting also needs a device that brings samples. */
export function canStart(session: SessionView, devices: readonly DeviceView[]): boolean {
  return canDo(session.state, "start_recording") && devices.some((device) => isLiveIn(device, session));
}

function isLiveIn(device: DeviceView, session: SessionView): boolean {
  return device.session === session.id && device.phase === "armed";
}

/** The session's devices that bring no samples now and record nothing by themselves, by their label, else their id. */
export function silentDevices(session: SessionView, devices: readonly DeviceView[]): string[] {
  const alone = recordingAlone(session, devices);
  return session.devices
    .map((id) => ({ id, device: devices.find((known) => known.id === id) }))
    .filter(({ device }) => device === undefined || !(isLiveIn(device, session) || alone.includes(device)))
    .map(({ id, device }) => device?.label ?? id);
}

/** The session's phones that are not connected now. */
export function awayPhones(session: SessionView, devices: readonly DeviceView[]): DeviceView[] {
  return devices.filter((device) => session.devices.includes(device.id) && isAway(device));
}

/** Phones that were being recorded when they went away: they record on by themselves. */
export function recordingAlone(session: SessionView, devices: readonly DeviceView[]): DeviceView[] {
  return awayPhones(session, devices).filter(({ id }) => countsOf(session, id) !== null);
}

/** The devices in the order in which they matter to a session: its own, then the free ones, then those of others. */
export function devicesFor(session: SessionView | null, devices: readonly DeviceView[]): DeviceView[] {
  const rank = ({ session: owner }: DeviceView): number => (owner === null ? 1 : owner === session?.id ? 0 : 2);
  return [...devices].sort((one, other) => rank(one) - rank(other));
}

/** Seconds since the recording's scheduled start; negative while it is still ahead. */
export function elapsedS(session: SessionView, nowUs: number): number | null {
  return session.recording === null ? null : (nowUs - session.recording.start_us) / 1e6;
}

/** One line of the counts table. */
export interface CountLine {
  readonly key: string;
  readonly device: string;
  readonly stream: string;
  readonly expected: number;
  readonly received: number;
  readonly written: number;
  /** What the device's numbering proves lost: expected less received. What is on its way to the disk is not missing. */
  readonly missing: number;
  /** What is counted are frames of video. */
  readonly isFrames: boolean;
  /** The device is a phone that is away and will send what is missing. */
  readonly isAway: boolean;
}

/** The counts of the running recording, devices by their label and in the session's order, whichever delivered first. */
export function countLines(snapshot: HubSnapshot, session: SessionView): CountLine[] {
  const { devices } = session;
  const order = (id: string): number => (devices.includes(id) ? devices.indexOf(id) : devices.length);
  const streams = [...(session.recording?.streams ?? [])].sort((one, other) => order(one.device) - order(other.device));
  return streams.map((counts) => {
    const device = snapshot.devices.find(({ id }) => id === counts.device);
    return {
      key: `${counts.device}/${counts.stream}`,
      device: device?.label ?? counts.device,
      stream: counts.stream,
      expected: counts.expected,
      received: counts.received,
      written: counts.written,
      missing: Math.max(0, counts.expected - counts.received),
      isFrames: isFrameStream(device, counts.stream),
      isAway: device !== undefined && isAway(device),
    };
  });
}

/** Samples of one device in the running recording, over all its streams: on the disk, and missing by now; null when it is not recorded. */
export function countsOf(
  session: SessionView | null,
  deviceId: string,
): { readonly written: number; readonly missing: number } | null {
  const own = session?.recording?.streams.filter((stream) => stream.device === deviceId) ?? [];
  if (own.length === 0) return null;
  return {
    written: own.reduce((sum, stream) => sum + stream.written, 0),
    missing: own.reduce((sum, stream) => sum + Math.max(0, stream.expected - stream.received), 0),
  };
}
