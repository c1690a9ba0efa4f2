import type { StreamCounts } from "@polychron/session/format";
import { joinPath } from "@polychron/session/format";
import { checkSession, diskFiles, SessionReader, type Finding } from "@polychron/session/store";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { compareStream, type Comparison } from "./compare.js";
import type { Lab } from "./lab.js";
import type { LabFault } from "./lab-fault.js";
import type { LabMember } from "./member.js";
import { readTruth } from "./truth.js";
import type { UsageReport } from "./usage.js";

/** One stream of the simulated session: the hub's counts beside the emulator's own. */
export interface SimulatedStream {
  readonly device: string;
  readonly stream: string;
  readonly expected: number;
  readonly received: number;
  readonly written: number;
  readonly lost: number;
  readonly lost_by_order: number;
  readonly lost_without_order: number;
  /** Periods in which the device made no sample, for it was not connected or off. */
  readonly not_made: number;
  readonly gaps_logged: number;
  readonly values_compared: number;
  readonly samples_altered: number;
  readonly samples_invented: number;
  readonly ok: boolean;
}

/** What a simulation came to, as `--json` prints it. */
export interface SimulationReport {
  readonly ok: boolean;
  readonly session_id: string;
  readonly session_path: string;
  readonly streams: readonly SimulatedStream[];
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly markers: number;
  readonly faults: readonly string[];
  readonly findings: readonly Finding[];
  readonly usage: UsageReport & { readonly disk_bytes: number };
}

/** What a report is made from. */
export interface ReportInput {
  readonly recordings: string;
  readonly session: string;
  readonly lab: Lab;
  readonly faults: readonly LabFault[];
  readonly usage: UsageReport;
  readonly exportOk: boolean;
  readonly keepLogsIn?: string;
}

/** Checks a simulated session against its emulators' truth, its hashes and its format. */
export async function reportOn(input: ReportInput): Promise<SimulationReport> {
  const files = diskFiles();
  const reader = await SessionReader.open(files, input.recordings, input.session);
  const gaps = await gapsLogged(reader);
  const streams: SimulatedStream[] = [];
  for (const counts of reader.metadata.recordings.flatMap((recording) => recording.streams))
    streams.push(await judge(input.lab, reader, counts, gaps.missing));
  const check = await checkSession({ files, recordingsFolder: input.recordings, sessionId: input.session });
  const folder = joinPath(input.recordings, input.session);
  const made = await hashTree(folder);
  if (input.keepLogsIn !== undefined) await keepTruth(input.lab, reader, input.keepLogsIn);
  const isComplete = streams.length === input.lab.members.length && reader.metadata.status === "completed";
  return {
    ok: input.exportOk && isComplete && check.ok && streams.every((stream) => stream.ok),
    session_id: input.session,
    session_path: folder,
    streams,
    files: made.map(({ path, sha256 }) => ({ path, sha256 })),
    markers: gaps.markers,
    faults: input.faults.map((fault) => fault.text),
    findings: check.findings,
    usage: { ...input.usage, disk_bytes: made.reduce((sum, file) => sum + file.bytes, 0) },
  };
}

async function judge(
  lab: Lab,
  reader: SessionReader,
  counts: StreamCounts,
  missing: ReadonlyMap<string, number>,
): Promise<SimulatedStream> {
  const { device, stream, expected, received, written } = counts;
  const compared = await compareDevice(memberOf(lab, reader, device), reader, counts);
  const lost = expected - written;
  const gapsLogged = missing.get(`${device} ${stream}`) ?? 0;
  return {
    ...{ device, stream, expected, received, written, lost },
    lost_by_order: compared.orderedLoss + compared.orderedTail,
    lost_without_order: compared.unorderedLoss,
    not_made: compared.notMade,
    gaps_logged: gapsLogged,
    values_compared: compared.values,
    samples_altered: compared.altered,
    samples_invented: compared.invented,
    ok:
      isAsOrdered(compared, written) &&
      received === written &&
      gapsLogged === lost &&
      isLossKnown(compared, lost - counts.expected_extrapolated),
  };
}

/** Every sample on disk is one that was made, with its values, and none is missing that was not ordered to be. */
function isAsOrdered(compared: Comparison, written: number): boolean {
  const { matched, invented, altered, unorderedLoss } = compared;
  return written > 0 && matched === written && invented === 0 && altered === 0 && unorderedLoss === 0;
}

/** The hub's count of what is missing is exact, unless the counter began anew: then it is a bound. */
function isLossKnown({ orderedLoss, notMade, hasRestarted }: Comparison, lost: number): boolean {
  return hasRestarted ? lost >= orderedLoss + notMade : lost === orderedLoss + notMade;
}

/** The member that a device id stands for, by the port that the session's metadata keeps. */
function memberOf(lab: Lab, reader: SessionReader, device: string): LabMember {
  const entry = reader.metadata.devices[device] as { connection?: { address?: string } } | undefined;
  return lab.members.find((member) => member.candidate.address === entry?.connection?.address)!;
}

async function compareDevice(
  member: LabMember,
  reader: SessionReader,
  { device, stream: fileType, expected_extrapolated: silentTail }: StreamCounts,
): Promise<Comparison> {
  const stream = (await reader.streams()).find((file) => file.deviceId === device && file.fileType === fileType)!;
  const nominalRateHz = stream.sidecar?.nominal_rate_hz ?? 0;
  return compareStream(
    { channels: stream.channels, nominalRateHz, silentTail },
    reader.blocks(stream),
    readTruth(member.truthPath),
  );
}

/** Missing samples per stream as the log has them, and the number of markers. */
async function gapsLogged(reader: SessionReader): Promise<{ missing: Map<string, number>; markers: number }> {
  const missing = new Map<string, number>();
  let markers = 0;
  for await (const event of reader.events()) {
    if (event.event === "marker") markers += 1;
    if (event.event !== "gap") continue;
    const key = `${String(event["device"])} ${String(event["stream"])}`;
    missing.set(key, (missing.get(key) ?? 0) + Number(event["samples"]));
  }
  return { missing, markers };
}

async function hashTree(folder: string): Promise<{ path: string; sha256: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const made = [];
  for (const path of paths) {
    const { size } = await stat(path);
    made.push({ path: relative(folder, path).split(sep).join("/"), sha256: await sha256Of(path), bytes: size });
  }
  return made;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** One file a device: every sample its emulator made and what became of it. */
async function keepTruth(lab: Lab, reader: SessionReader, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const device of Object.keys(reader.metadata.devices)) {
    await copyFile(memberOf(lab, reader, device).truthPath, join(folder, `${device}_truth.csv`));
  }
}
