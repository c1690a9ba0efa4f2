import { STATUS_STREAM, type PhoneHello } from "@polychron/protocol";
import type { StreamInfo } from "@polychron/session/model";
import { STATUS_CHANNELS } from "./status-row.js";

/** The streams of one start of a phone. */
export interface PhoneStreams {
  /** In the order of the hello: a block names its stream by the place in it. */
  readonly sent: readonly StreamInfo[];
  /** What its statuses are turned into. */
  readonly status: StreamInfo;
}

/** The streams that a phone announces, and the one that the hub makes of its statuses. */
export function phoneStreams({ streams, clock: { id, quant_s: quantS } }: PhoneHello): PhoneStreams {
  // The phone chooses the id: in front of it stands what no clock of the hub begins with.
  const clock = { name: `phone_${id}`, quantS, twoWay: true };
  const sent = streams.map(({ stream, nominal_rate_hz: nominalRateHz, channels }): StreamInfo => {
    return { fileType: stream, folder: "sensor_data", nominalRateHz, clock, channels, isKeptByDevice: true };
  });
  const fileType = freeName(sent.map((info) => info.fileType));
  return { sent, status: { fileType, folder: "sensor_data", nominalRateHz: 0, clock, channels: STATUS_CHANNELS } };
}

/** `status`, unless the phone has a stream of that name. */
function freeName(taken: readonly string[]): string {
  let name: string = STATUS_STREAM;
  for (let number = 2; taken.includes(name); number++) name = `${STATUS_STREAM}_${number}`;
  return name;
}
