import type { ChannelInfo, StreamInfo } from "@polychron/session/model";
import { ADC_12_BIT, BATTERY_DIVIDER } from "../formulas/analog.js";
import { GSR_PLUS } from "../formulas/gsr.js";
import { wireChannels, type WireChannel } from "./channels.js";
import { hasFeature, hasGsrBoard, type ShimmerFacts } from "./facts.js";
import type { Inquiry } from "./inquiry.js";
import { calibrationFor, type KinematicGroup } from "./kinematics.js";
import { TICK_HZ } from "./opcodes.js";

/** Everything that follows from one inquiry: how packets are cut, what the stream's columns are. */
export interface StreamPlan {
  readonly info: StreamInfo;
  readonly wire: readonly WireChannel[];
  readonly tickBytes: 2 | 3;
  /** Header, ticks and channels, without the checksum. */
  readonly packetBytes: number;
  readonly stepTicks: number;
}

const AXES = ["x", "y", "z"] as const;
const KINEMATIC: readonly {
  readonly group: KinematicGroup;
  readonly suffix: string;
  readonly unit: string;
  readonly text: string;
}[] = [
  { group: "accel", suffix: "mps2", unit: "m/s²", text: "Low-noise accelerometer" },
  { group: "accel_wr", suffix: "mps2", unit: "m/s²", text: "Wide-range accelerometer" },
  { group: "gyro", suffix: "dps", unit: "°/s", text: "Gyroscope" },
  { group: "mag", suffix: "lf", unit: "local flux", text: "Magnetometer" },
];
const PPG_BASE = "int_a13";

/**
 * The stream that this device will send under this configuration.
 * @throws DeviceError `SHIMMER_CHANNEL_UNKNOWN`
 */
export function planStream(inquiry: Inquiry, facts: ShimmerFacts): StreamPlan {
  const isPpg = hasGsrBoard(facts) && inquiry.expansionPower;
  const wire = wireChannels(inquiry.channelIds, facts.hardware).map((channel) =>
    channel.base === PPG_BASE && isPpg ? { ...channel, base: "ppg" } : channel,
  );
  const tickBytes = hasFeature(facts, "tick24") ? 3 : 2;
  const bases = new Set(wire.map((channel) => channel.base));
  return {
    wire,
    tickBytes,
    packetBytes: 1 + tickBytes + wire.reduce((sum, channel) => sum + channel.widthBytes, 0),
    stepTicks: inquiry.stepTicks,
    info: {
      fileType: fileType(bases),
      folder: "sensor_data",
      nominalRateHz: TICK_HZ / inquiry.stepTicks,
      clock: { name: "shimmer_ticks", quantS: 1 / TICK_HZ, twoWay: false },
      channels: columns(bases, inquiry, facts),
    },
  };
}

function fileType(bases: ReadonlySet<string>): string {
  if (bases.has("gsr")) return "gsr";
  return [...bases].some((base) => /^(accel|gyro|mag)_/.test(base)) ? "motion" : "analog";
}

/** Columns in the order a reader expects: skin conductance, pulse, motion, battery, then the rest as raw counts. */
function columns(bases: ReadonlySet<string>, inquiry: Inquiry, facts: ShimmerFacts): ChannelInfo[] {
  const left = new Set(bases);
  const out: ChannelInfo[] = [];
  if (left.delete("gsr")) out.push(...gsrColumns(inquiry));
  if (left.delete("ppg")) out.push(...ppgColumns());
  for (const sensor of KINEMATIC) {
    const names = AXES.map((axis) => `${sensor.group}_${axis}`);
    if (names.every((name) => left.has(name))) {
      out.push(...kinematicColumns(sensor, inquiry, facts));
      for (const name of names) left.delete(name);
    }
  }
  if (left.delete("battery")) out.push(...batteryColumns());
  for (const base of left) out.push(raw(`${base}_counts`, base.replaceAll("_", " ")));
  return out;
}

function gsrColumns(inquiry: Inquiry): ChannelInfo[] {
  const constants = { ...GSR_PLUS, range_setting: inquiry.gsrRange };
  const from = ["gsr_counts", "gsr_range"];
  return [
    {
      name: "gsr_uS",
      unit: "µS",
      kind: "calibrated",
      description: "Skin conductance, unclamped; NaN where the circuit is open",
      formula: { id: "shimmer_gsr_conductance_v1", from, constants },
    },
    raw("gsr_counts", "Converter value of the skin conductance"),
    { name: "gsr_range", unit: "", kind: "raw", description: "Range bits of the sample, 0 to 3" },
  ];
}

function ppgColumns(): ChannelInfo[] {
  const formula = { id: "adc_millivolts_v1", from: ["ppg_counts"], constants: ADC_12_BIT };
  return [
    { name: "ppg_mV", unit: "mV", kind: "calibrated", description: "Pulse, optical sensor", formula },
    raw("ppg_counts", "Converter value of the pulse sensor"),
  ];
}

function batteryColumns(): ChannelInfo[] {
  const formula = { id: "shimmer_battery_volts_v1", from: ["battery_counts"], constants: BATTERY_DIVIDER };
  return [
    { name: "battery_V", unit: "V", kind: "calibrated", description: "Battery voltage", formula },
    raw("battery_counts", "Converter value of the battery"),
  ];
}

function kinematicColumns(sensor: (typeof KINEMATIC)[number], inquiry: Inquiry, facts: ShimmerFacts): ChannelInfo[] {
  const from = AXES.map((axis) => `${sensor.group}_${axis}_counts`);
  const raws = AXES.map((axis) => raw(`${sensor.group}_${axis}_counts`, `${sensor.text}, ${axis} axis, as sent`));
  const calibration = calibrationFor(sensor.group, inquiry, facts);
  if (calibration === undefined) return raws;
  const calibrated = AXES.map((axis, index): ChannelInfo => ({
    name: `${sensor.group}_${axis}_${sensor.suffix}`,
    unit: sensor.unit,
    kind: "calibrated",
    description: `${sensor.text}, ${axis} axis`,
    formula: { id: "kinematic_axis_v1", from, constants: { ...calibration, axis: index } },
  }));
  return [...calibrated, ...raws];
}

function raw(name: string, description: string): ChannelInfo {
  return { name, unit: "counts", kind: "raw", description };
}
