import { columnNames } from "../names.js";
import type { TimedSession, StreamTable } from "@polychron/processing/timed";
import { LEADING_COLUMNS } from "@polychron/processing/timed";

/** The columns of the merged table before those of the channels. */
export const MERGED_FIXED_COLUMNS = ["t_s", "recording", "device", "stream", "marker"] as const;

/** The channels of one stream of one device, over all its recordings. */
export interface ChannelGroup {
  readonly deviceId: string;
  readonly fileType: string;
  /** One table a recording, in order of time. */
  readonly streams: readonly StreamTable[];
  readonly channels: readonly string[];
  /** Their names in the merged table. */
  readonly columns: readonly string[];
}

/** The channel columns of the merged table, one group after the other. */
export function channelGroups(source: TimedSession): ChannelGroup[] {
  const groups = groupStreams(source.streams);
  const names = columnNames(wantedNames(groups), MERGED_FIXED_COLUMNS);
  let from = 0;
  return groups.map((group) => {
    const columns = names.slice(from, from + group.channels.length);
    from += group.channels.length;
    return { ...group, columns };
  });
}

/** The streams of one device and file type together. */
export function groupStreams(streams: readonly StreamTable[]): Omit<ChannelGroup, "columns">[] {
  const groups = new Map<string, StreamTable[]>();
  for (const stream of streams) {
    const key = `${stream.deviceId}/${stream.fileType}`;
    groups.set(key, [...(groups.get(key) ?? []), stream]);
  }
  return [...groups.values()].map((members) => {
    const { deviceId, fileType } = members[0]!;
    const channels = members.flatMap((stream) => stream.columns.slice(LEADING_COLUMNS).map((column) => column.name));
    return { deviceId, fileType, streams: members, channels: [...new Set(channels)] };
  });
}

/** `<device>_<channel>`; where two streams of a device share a channel name, both get the file type between. */
function wantedNames(groups: readonly Omit<ChannelGroup, "columns">[]): string[] {
  const short = groups.flatMap(({ deviceId, channels }) => channels.map((channel) => `${deviceId}_${channel}`));
  const shared = new Set(short.filter((name, index) => short.indexOf(name) !== index));
  return groups.flatMap(({ deviceId, fileType, channels }) =>
    channels.map((channel) => {
      const name = `${deviceId}_${channel}`;
      return shared.has(name) ? `${deviceId}_${fileType}_${channel}` : name;
    }),
  );
}
