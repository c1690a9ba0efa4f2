import type { DriverNotice, FirstKept } from "@polychron/devices";
import { errorReport, type ErrorReport, type JsonObject, type NewEvent } from "@polychron/session/model";
import type { DeviceEntry, DeviceStatus, StreamCounts } from "@polychron/session/format";
import type { OpenSession } from "@polychron/session/store";
import type { LiveDevice } from "./live-device.js";
import type { Gap, Route } from "./route.js";
import { WifiNetworks } from "./wifi-networks.js";

/** Tells the hub of a fault that the session's own log could not take. */
export type FaultListener = (report: ErrorReport, device: string | null) => void;

/** What devices do, told to the session's log in its own words. A log that cannot be written is itself a fault to show. */
export class DeviceLog {
  readonly #session: OpenSession;
  readonly #onFault: FaultListener;
  /** Why the samples before a gap's end are missing, as the driver said just before the block behind it came. */
  readonly #causes = new Map<string, { readonly toSeq: number; readonly cause: string }>();
  readonly #lostIds = new Set<string>();
  /** Devices and codes of which the log says that blocks were refused. */
  readonly #refusals = new Set<string>();
  readonly #networks = new WifiNetworks();

  constructor(session: OpenSession, onFault: FaultListener) {
    this.#session = session;
    this.#onFault = onFault;
  }

  notice(device: LiveDevice, notice: DriverNotice, isRecording: boolean): void {
    if (notice.kind === "fault") this.fault(device, notice.error, "stream");
    if (notice.kind === "refused") this.#refused(device, notice.error);
    if (notice.kind === "event") notice.keep(this.#reported(device, notice));
    if (notice.kind === "named") this.#named(device, notice);
    if (notice.kind === "renewed") this.#renewed(device, notice.atUs, isRecording);
    if (notice.kind === "gap") this.#causes.set(`${device.id} ${notice.fileType}`, notice);
    if (notice.kind !== "phase") return;
    if (notice.phase === "lost") this.#lost(device, notice.atUs);
    // It may stream with other settings than before: the operator has changed them, or the device has.
    if (notice.phase === "armed" && this.#lostIds.delete(device.id)) this.reconnected(device, isRecording);
    else if (notice.phase === "armed") this.#streams(device, isRecording);
  }

  /** A device is back that the session knows. */
  reconnected(device: LiveDevice, isRecording: boolean): void {
    this.#append({ event: "device_reconnected", details: { device: device.id } });
    if (device.phase === "armed") this.#streams(device, isRecording);
  }

  left(device: LiveDevice): void {
    this.#lostIds.delete(device.id);
    this.#append({ event: "device_disconnected", details: { device: device.id } });
    this.status(device, "disconnected");
  }

  /** Where samples are missing, by the device's own numbering or clock. */
  gap(route: Route, gap: Gap): void {
    const stream = route.stream.info.fileType;
    const known = this.#causes.get(`${route.device.id} ${stream}`);
    const details = {
      device: route.device.id,
      stream,
      cause: gap.cause ?? (known?.toSeq === gap.toSeq ? known.cause : "lost"),
      from_seq: gap.fromSeq,
      to_seq: gap.toSeq,
      samples: gap.toSeq - gap.fromSeq,
      device_time_s: gap.deviceTimeS,
    };
    this.#append({ event: "gap", atUs: gap.atUs, details });
  }

  /** A device that records on itself has kept its first samples. */
  started(device: LiveDevice, recording: number, first: readonly FirstKept[]): void {
    const kept = first.map(({ fileType, seq, deviceTimeS }) => ({ stream: fileType, seq, device_time_s: deviceTimeS }));
    this.#append({ event: "device_ack", details: { device: device.id, ack: "start", recording, first: kept } });
  }

  /** How devices keep to a start or a stop. */
  acknowledged(details: JsonObject): void {
    this.#append({ event: "device_ack", details });
  }

  /** A stream that was silent at the stop: what must be missing there, by its rate. */
  silentTail({ device, stream, expected_extrapolated: samples }: StreamCounts, atUs: number): void {
    if (samples === 0) return;
    this.#append({
      event: "gap",
      atUs,
      details: { device, stream, cause: "silent_tail", samples, extrapolated: true },
    });
  }

  fault(device: LiveDevice, thrown: unknown, operation: string): void {
    const report = isReport(thrown) ? thrown : errorReport(thrown);
    const { code, message, remedy } = report;
    this.#settle(
      this.#session.fault(
        { error_type: "device", code, message, remedy, device: device.id, recoverable: true },
        operation,
      ),
      device.id,
    );
  }

  status(device: LiveDevice, status: DeviceStatus): void {
    this.#settle(this.#session.setDevice(device.id, { status }), device.id);
  }

  /** What is known of each device at the start, for the `start_record` event. */
  startDetails(devices: readonly LiveDevice[]): JsonObject {
    return { battery_percent: Object.fromEntries(devices.map((device) => [device.id, device.batteryPercent])) };
  }

  /** Once for each device and code: a device may send the same block for hours. How many were refused its card says. */
  #refused(device: LiveDevice, error: ErrorReport): void {
    const key = `${device.id} ${error.code}`;
    if (this.#refusals.has(key)) return;
    this.#refusals.add(key);
    this.fault(device, error, "block");
  }

  /** What the device itself wants to be in the log; a marker is the participant's or the app's own. Resolves when it is on the disk. */
  async #reported(device: LiveDevice, notice: DeviceReport): Promise<void> {
    const { what: event, atUs } = notice;
    // From before the session: the clock was set, or the time is none. The moment it came is what is known.
    const isOwn = atUs >= this.#session.epoch.monotonic_zero_us;
    const work = this.#session.append({ event, ...(isOwn && { atUs }), details: reportDetails(device, notice) });
    this.#settle(work, device.id); // the operator hears of it, too
    await work;
  }

  /** Numbers of networks mean nothing without their names. */
  #named(device: LiveDevice, { value, name, atUs }: Extract<DriverNotice, { kind: "named" }>): void {
    const networks = this.#networks.named(this.#session, device.id, { number: value, name, atUs });
    if (networks !== undefined) this.#settle(this.#session.setDevice(device.id, networks), device.id);
  }

  /** Numbering and clock began anew: how long it was away its counters do not tell. */
  #renewed(device: LiveDevice, atUs: number, isRecording: boolean): void {
    // The route of a video tells of its own gap, in frames.
    if (!isRecording || device.driver.media !== undefined) return;
    this.#append({ event: "gap", atUs, details: { device: device.id, cause: "device_restarted" } });
  }

  #lost(device: LiveDevice, atUs: number): void {
    this.#lostIds.add(device.id);
    this.#append({ event: "device_lost", atUs, details: { device: device.id } });
    this.status(device, "lost");
  }

  #streams(device: LiveDevice, isRecording: boolean): void {
    const settings = device.driver.settings as DeviceEntry["settings"];
    const status = isRecording ? "recording" : "armed";
    this.#settle(this.#session.setDevice(device.id, { status, settings }), device.id);
  }

  #append(event: NewEvent): void {
    this.#settle(this.#session.append(event), String(event.details?.["device"] ?? ""));
  }

  #settle(work: Promise<unknown>, device: string): void {
    work.catch((thrown: unknown) => this.#onFault(errorReport(thrown), device || null));
  }
}

type DeviceReport = Extract<DriverNotice, { kind: "event" }>;

function reportDetails(device: LiveDevice, { what, label, code, deviceTimeS }: DeviceReport): JsonObject {
  const from = { device: device.id, device_time_s: deviceTimeS };
  if (what === "marker") return { label, by: device.id, device_time_s: deviceTimeS };
  if (what === "warning") return { code, message: label, remedy: "", ...from };
  const kind = { error_type: "device", recoverable: true, operation: "device", target: device.id };
  return { ...kind, code, message: label, remedy: "Look at the device.", ...from };
}

function isReport(value: unknown): value is ErrorReport {
  return typeof value === "object" && value !== null && !(value instanceof Error) && "remedy" in value;
}
