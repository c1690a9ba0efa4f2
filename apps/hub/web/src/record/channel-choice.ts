import type { DeviceView, SessionView, StreamView } from "@polychron/protocol";
import { isFrameStream } from "../devices/camera-view.js";

/** What a phone says of itself, as a stream. */
const STATUS_STREAM = "status";

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

/** Every channel of every device that streams or has streamed; how a phone is, and frames, are no signals. */
export function channelChoices(devices: readonly DeviceView[]): ChannelChoice[] {
  return devices.flatMap((device) => signalsOf(device).flatMap((stream) => choicesOf(device, stream)));
}

function signalsOf(device: DeviceView): StreamView[] {
  return device.streams.filter(({ file_type: type }) => type !== STATUS_STREAM && !isFrameStream(device, type));
}

/** A channel among others of its device: with its stream where there are several. */
export function channelText({ device, fileType, name }: ChannelChoice, among: readonly ChannelChoice[]): string {
  const isOneOfMany = among.some((other) => other.device === device && other.fileType !== fileType);
  return isOneOfMany ? `${fileType} · ${name}` : name;
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
    const calibrated = signalsOf(device)
      .flatMap((stream) => stream.channels)
      .find((channel) => channel.kind === "calibrated");
    const usual =
      own.find((choice) => choice.name === "gsr_uS") ??
      own.find((choice) => choice.name === calibrated?.name) ??
      own[0];
    return usual === undefined ? [] : [usual];
  });
}
