import type { JsonObject, StreamInfo } from "../model/index.js";
import { METADATA_SCHEMA_VERSION, type Sidecar } from "./metadata.js";

/** What a sidecar says beside the stream's own description. */
export interface SidecarFacts {
  readonly sessionId: string;
  readonly deviceId: string;
  readonly deviceType: string;
  /** The data file, relative to the session. */
  readonly dataFile: string;
  /** The clock observations, relative to the session, where the device has any. */
  readonly observationsFile: string | null;
  /** Driver name and version. */
  readonly driver: string;
  readonly firmware: string | null;
  readonly simulated: boolean;
  /** Hz, over the whole file; `null` while it grows and for fewer than two samples. */
  readonly measuredRateHz: number | null;
}

const TIME_COLUMNS = [
  {
    name: "seq",
    unit: "",
    kind: "index",
    description: "The device's own sample number; a hole is a loss",
    formula: null,
  },
  { name: "device_time_s", unit: "s", kind: "time", description: "Device clock, unwrapped", formula: null },
  {
    name: "arrival_time_s",
    unit: "s",
    kind: "time",
    description: "Session time at which the sample arrived",
    formula: null,
  },
] as const;

/** The sidecar of a sensor data file. */
export function makeSidecar(info: StreamInfo, facts: SidecarFacts): Sidecar {
  const channels = info.channels.map(({ name, unit, kind, description, formula }) => ({
    name,
    unit,
    kind,
    description,
    formula: formula ? { id: formula.id, from: [...formula.from], constants: formula.constants as JsonObject } : null,
  }));
  return described(info, facts, [...TIME_COLUMNS, ...channels] as Sidecar["columns"]);
}

/** The sidecar of a recorded video; `frames` describes the stream of its frame times in `framesFile`. */
export function makeVideoSidecar(frames: StreamInfo, facts: SidecarFacts, framesFile: string): Sidecar {
  return { ...described(frames, facts, []), frames_file: framesFile };
}

/** What is known of a file that a device recorded on itself. */
export interface UploadFacts extends Omit<SidecarFacts, "driver" | "measuredRateHz"> {
  readonly fileType: string;
  /** The columns of a CSV file by its header; none for any other. */
  readonly header: readonly string[];
  /** What describes the same stream as the hub recorded it, where it did. */
  readonly stream: Sidecar | undefined;
}

/** Its sidecar: columns that the stream's own sidecar knows are described as there, others by their name alone. */
export function makeUploadSidecar(facts: UploadFacts): Sidecar {
  const { stream } = facts;
  const known = [...(stream?.columns ?? []), ...(TIME_COLUMNS as readonly Sidecar["columns"][number][])];
  const columns = facts.header.map((name) => known.find((column) => column.name === name) ?? unknownColumn(name));
  const clock = { name: "unknown", quant_s: 0, two_way: false, observations_file: facts.observationsFile };
  return {
    ...commonFields(facts, facts.fileType),
    nominal_rate_hz: stream?.nominal_rate_hz ?? 0,
    measured_rate_hz: null,
    columns,
    clock: stream?.clock ?? clock,
    driver: stream?.driver ?? "recorded on the device",
  };
}

function unknownColumn(name: string): Sidecar["columns"][number] {
  return { name, unit: "", kind: "raw", description: "", formula: null };
}

function described(info: StreamInfo, facts: SidecarFacts, columns: Sidecar["columns"]): Sidecar {
  return {
    ...commonFields(facts, info.fileType),
    nominal_rate_hz: info.nominalRateHz,
    measured_rate_hz: facts.measuredRateHz,
    columns,
    clock: {
      name: info.clock.name,
      quant_s: info.clock.quantS,
      two_way: info.clock.twoWay,
      ...(info.clock.boundS !== undefined && { bound_s: info.clock.boundS }),
      observations_file: facts.observationsFile,
    },
    driver: facts.driver,
  };
}

type CommonFacts = Omit<SidecarFacts, "driver" | "measuredRateHz">;

function commonFields(
  { sessionId, deviceId, deviceType, dataFile, firmware, simulated }: CommonFacts,
  fileType: string,
) {
  return {
    schema_version: METADATA_SCHEMA_VERSION,
    session_id: sessionId,
    device_id: deviceId,
    device_type: deviceType,
    file_type: fileType,
    data_file: dataFile,
    firmware,
    simulated,
  };
}
