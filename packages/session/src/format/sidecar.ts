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
  return {
    schema_version: METADATA_SCHEMA_VERSION,
    session_id: facts.sessionId,
    device_id: facts.deviceId,
    device_type: facts.deviceType,
    file_type: info.fileType,
    data_file: facts.dataFile,
    nominal_rate_hz: info.nominalRateHz,
    measured_rate_hz: facts.measuredRateHz,
    columns: [...TIME_COLUMNS, ...channels] as Sidecar["columns"],
    clock: {
      name: info.clock.name,
      quant_s: info.clock.quantS,
      two_way: info.clock.twoWay,
      observations_file: facts.observationsFile,
    },
    driver: facts.driver,
    firmware: facts.firmware,
    simulated: facts.simulated,
  };
}
