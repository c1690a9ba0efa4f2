import type { DeviceView, HubSnapshot, SessionView, StreamView } from "@polychron/protocol";
import { canDo, takes } from "@polychron/session/model";

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

/** The session's devices that bring no samples now, by their label, else their id. */
export function silentDevices(session: SessionView, devices: readonly DeviceView[]): string[] {
  return session.devices
    .map((id) => ({ id, device: devices.find((known) => known.id === id) }))
    .filter(({ device }) => device === undefined || !isLiveIn(device, session))
    .map(({ id, device }) => device?.label ?? id);
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
}

/** The counts of the running recording, devices by their label. */
export function countLines(snapshot: HubSnapshot, session: SessionView): CountLine[] {
  return (session.recording?.streams ?? []).map((counts) => ({
    key: `${counts.device}/${counts.stream}`,
    device: snapshot.devices.find((device) => device.id === counts.device)?.label ?? counts.device,
    stream: counts.stream,
    expected: counts.expected,
    received: counts.received,
    written: counts.written,
    missing: Math.max(0, counts.expected - counts.received),
  }));
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

/** A channel that can be plotted. */
export interface ChannelChoice {
  /** `device/file_type/channel`. */
  readonly key: string;
  readonly device: string;
  readonly deviceLabel: string;
  readonly fileType: string;
  /** Index in the stream's channels. */
  readonly channel: number;
  readonly name: string;
  readonly unit: string;
  readonly last: number | null;
  readonly simulated: boolean;
}

/** Every channel of every device that streams or has streamed. */
export function channelChoices(devices: readonly DeviceView[]): ChannelChoice[] {
  return devices.flatMap((device) => device.streams.flatMap((stream) => choicesOf(device, stream)));
}

function choicesOf(device: DeviceView, stream: StreamView): ChannelChoice[] {
  return stream.channels.map((channel, index) => ({
    key: `${device.id}/${stream.file_type}/${channel.name}`,
    device: device.id,
    deviceLabel: device.label,
    fileType: stream.file_type,
    channel: index,
    name: channel.name,
    unit: channel.unit,
    last: device.phase === "armed" ? (stream.last[index] ?? null) : null,
    simulated: device.simulated,
  }));
}

/**
 * The channels to plot: those chosen, or of each device its skin conductance, else its first calibrated channel.
 * Unless chosen, devices of other sessions stay out of a session's view.
 */
export function shownChannels(
  devices: readonly DeviceView[],
  session: SessionView | null,
  chosen: readonly string[] | null,
): ChannelChoice[] {
  const choices = channelChoices(devices);
  if (chosen !== null) return choices.filter((choice) => chosen.includes(choice.key));
  const near = devices.filter(({ session: owner }) => session === null || owner === null || owner === session.id);
  return near.flatMap((device) => {
    const own = choices.filter((choice) => choice.device === device.id);
    const calibrated = device.streams
      .flatMap((stream) => stream.channels)
      .find((channel) => channel.kind === "calibrated");
    const usual =
      own.find((choice) => choice.name === "gsr_uS") ??
      own.find((choice) => choice.name === calibrated?.name) ??
      own[0];
    return usual === undefined ? [] : [usual];
  });
}
