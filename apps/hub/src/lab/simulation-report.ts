import { checkSession, diskFiles, type Finding } from "@polychron/session/store";
import { copyFile, mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { openTimedSession } from "@polychron/processing/timed";
import type { DeviceAlignment } from "./alignment/device-alignment.js";
import { Evidence } from "./evidence.js";
import type { NetworkReport } from "./impair/network-report.js";
import { judgeDevice, memberOf, type DeviceVerdict } from "./judge-device.js";
import type { Lab } from "./lab.js";
import { kindsOrdered, type LabFault } from "./lab-fault.js";
import type { SimulatedStream, SimulatedUpload, SimulatedVideo } from "./simulated-stream.js";
import { startSkews, type SimulatedStarts } from "./start-skews.js";
import { hashTree } from "./tree-hashes.js";
import type { UsageReport } from "./usage.js";

/** What a simulation came to, as `--json` prints it. */
export interface SimulationReport {
  readonly ok: boolean;
  readonly session_id: string;
  readonly session_path: string;
  readonly streams: readonly SimulatedStream[];
  /** What phones recorded by themselves. */
  readonly uploads: readonly SimulatedUpload[];
  /** What cameras recorded. */
  readonly videos: readonly SimulatedVideo[];
  /** How right the times of each device are, by what its emulator knows of its clock. */
  readonly alignment: readonly DeviceAlignment[];
  /** How its devices kept to starts and stops. */
  readonly starts: SimulatedStarts;
  /** The bad network between phones and hub; null where they reached it directly. */
  readonly network: NetworkReport | null;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly markers: number;
  /** What was ordered to go wrong, and of which devices. */
  readonly faults: readonly SimulatedFault[];
  /** Errors in the metadata about anything but devices of which a fault was ordered. */
  readonly errors_without_order: readonly string[];
  readonly findings: readonly Finding[];
  readonly usage: UsageReport & { readonly disk_bytes: number };
}

/** A fault as it was ordered, and the devices that it befell, by their ids. */
export interface SimulatedFault {
  readonly order: string;
  readonly devices: readonly string[];
}

/** What a report is made from. */
export interface ReportInput {
  readonly recordings: string;
  readonly session: string;
  readonly lab: Lab;
  readonly faults: readonly LabFault[];
  readonly usage: UsageReport;
  readonly exportOk: boolean;
  readonly network: NetworkReport | null;
  readonly keepLogsIn?: string;
  readonly signal: AbortSignal;
}

/** Checks a simulated session against its devices' truth, its hashes and its format. Throws `SIMULATION_FAILED`. */
export async function reportOn(input: ReportInput): Promise<SimulationReport> {
  const evidence = await Evidence.gather(input.recordings, input.session);
  const { metadata, folder } = evidence.reader;
  const made = await hashTree(folder);
  const hashes = new Map(made.map(({ path, sha256 }) => [path, sha256]));
  const timed = await openTimedSession(evidence.reader, input.signal);
  const verdicts: DeviceVerdict[] = [];
  for (const device of Object.keys(metadata.devices))
    verdicts.push(await judgeDevice(device, { ...input, evidence, timed, hashes }));
  const streams = verdicts.flatMap((verdict) => verdict.streams);
  const uploads = verdicts.flatMap((verdict) => verdict.uploads);
  const videos = verdicts.flatMap((verdict) => verdict.videos);
  const alignment = verdicts.flatMap((verdict) => verdict.alignment);
  const errors = evidence.errorsBeside(devicesOf(input.faults, input, evidence));
  const check = await checkSession({
    files: diskFiles(),
    recordingsFolder: input.recordings,
    sessionId: input.session,
  });
  if (input.keepLogsIn !== undefined) await keepTruth(input.lab, evidence, input.keepLogsIn);
  const isWhole = verdicts.length === input.lab.members.length && verdicts.every(({ streams: own }) => own.length > 0);
  const isAsOrdered = errors.length === 0 && [...streams, ...uploads, ...videos, ...alignment].every(({ ok }) => ok);
  return {
    ok: input.exportOk && isWhole && metadata.status === "completed" && check.ok && isAsOrdered,
    ...{ session_id: input.session, session_path: folder, streams, uploads, videos, alignment },
    starts: startSkews(metadata),
    network: input.network,
    files: made.map(({ path, sha256 }) => ({ path, sha256 })),
    markers: evidence.markers,
    faults: input.faults.map((fault) => ({ order: fault.text, devices: devicesOf([fault], input, evidence) })),
    errors_without_order: errors,
    findings: check.findings,
    usage: { ...input.usage, disk_bytes: made.reduce((sum, file) => sum + file.bytes, 0) },
  };
}

/** The devices of which one of these faults was ordered: what they complain of is no surprise. */
function devicesOf(faults: readonly LabFault[], { lab }: ReportInput, evidence: Evidence): readonly string[] {
  return Object.keys(evidence.reader.metadata.devices).filter((device) => {
    const member = memberOf(lab, evidence, device);
    return member !== undefined && kindsOrdered(faults, member).length > 0;
  });
}

/** One file a device: every sample it made and what became of it. */
async function keepTruth(lab: Lab, evidence: Evidence, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const device of Object.keys(evidence.reader.metadata.devices)) {
    const member = [...lab.shimmers, ...lab.phones].find((other) => other === memberOf(lab, evidence, device));
    if (member !== undefined)
      await copyFile(member.truthPath, join(folder, `${device}_truth${extname(member.truthPath)}`));
  }
}
