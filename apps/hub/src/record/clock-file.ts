import { createHash } from "node:crypto";
import type { ProbeExchange } from "@polychron/devices";
import type { ClockKind, ClockWriter, OpenSession } from "@polychron/session/store";
import type { LiveDevice, LiveStream } from "./live-device.js";
import type { ProbeHistory } from "./probe-history.js";

/**
 * Writes a stream's clock observations to a file of the running recording, those of the last ten minutes first; the
 * answer ends it. A clock that answers probes gets one file for the whole device, and one that is read while its device streams
 * a second one for the readings; one that the hub itself reads needs none.
 */
export async function recordClock(
  session: OpenSession,
  device: LiveDevice,
  stream: LiveStream,
): Promise<(() => void) | undefined> {
  const { clock } = stream;
  if (clock.nature === "hub") return undefined;
  if (clock.nature === "two_way") {
    const isFirst = device.streams.find((each) => each.clock.nature === "two_way") === stream;
    return isFirst ? recordProbes(session, device) : undefined;
  }
  const file = await session.openClockFile(device.id, "one_way");
  for (const pair of clock.history()) file.append(pair.deviceS, pair.arrivalUs);
  const leavePairs = clock.onPair((pair) => file.append(pair.deviceS, pair.arrivalUs));
  const leaveReadings = await recordReadings(session, device, stream);
  return () => {
    leavePairs();
    leaveReadings?.();
  };
}

function recordProbes(session: OpenSession, device: LiveDevice): Promise<() => void> {
  return recordExchanges(session, device, { kind: "two_way", history: device.clock.probes });
}

/** Readings of a clock that is read while its device streams: one file for the whole device. */
async function recordReadings(
  session: OpenSession,
  device: LiveDevice,
  stream: LiveStream,
): Promise<(() => void) | undefined> {
  const isFirst = device.streams.find((each) => each.clock.nature === "one_way") === stream;
  if (!isFirst || device.driver.readsClock !== true) return undefined;
  return recordExchanges(session, device, { kind: "readings", history: device.readings });
}

async function recordExchanges(
  session: OpenSession,
  device: LiveDevice,
  { kind, history }: { readonly kind: ClockKind; readonly history: ProbeHistory },
): Promise<() => void> {
  const file = await session.openClockFile(device.id, kind);
  const zeroS = session.epoch.monotonic_zero_us / 1e6;
  const write = (exchange: ProbeExchange): void => append(file, exchange, zeroS);
  history.recent().forEach(write);
  return history.onProbe(write);
}

/** The columns are those of the session format: `t1,t2,t3,t4,clock_id,quant_s`, hub times in session seconds. */
function append(file: ClockWriter, exchange: ProbeExchange, zeroS: number): void {
  const { t1S, t2S, t3S, t4S, clockId, quantS } = exchange;
  const cells = [t1S - zeroS, t2S, t3S, t4S === null ? null : t4S - zeroS, clockNumber(clockId), quantS];
  file.push(
    cells.map((value) => Float64Array.of(value ?? 0)),
    1,
    cells.map((value) => (value === null ? Uint8Array.of(1) : undefined)),
  );
}

/** The column is a number: 48 bits of the id's hash, the same in every file for ever. */
function clockNumber(clockId: string): number {
  return parseInt(createHash("sha256").update(clockId).digest("hex").slice(0, 12), 16);
}
