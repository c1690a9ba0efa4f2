import type { StreamCounts } from "@polychron/session/format";
import { checkSession, diskFiles, type Finding } from "@polychron/session/store";
import { copyFile, mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { Evidence } from "./evidence.js";
import { judgeCamera, judgeVideos, type MissingFrames } from "./judge-camera.js";
import { judgePhone, judgeUploads, readPhoneRecord } from "./judge-phone.js";
import { judgeShimmer } from "./judge-shimmer.js";
import type { Lab } from "./lab.js";
import { kindsOrdered, type LabFault } from "./lab-fault.js";
import type { LabMember } from "./member.js";
import type { SimulatedStream, SimulatedUpload, SimulatedVideo } from "./simulated-stream.js";
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
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly markers: number;
  readonly faults: readonly string[];
  /** Errors in the metadata about anything but devices of which a fault was ordered. */
  readonly errors_without_order: readonly string[];
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

/** What was found out about one device. */
interface Verdict {
  readonly streams: readonly SimulatedStream[];
  readonly uploads: readonly SimulatedUpload[];
  readonly videos: readonly SimulatedVideo[];
}

/** Checks a simulated session against its devices' truth, its hashes and its format. Throws `SIMULATION_FAILED`. */
export async function reportOn(input: ReportInput): Promise<SimulationReport> {
  const evidence = await Evidence.gather(input.recordings, input.session);
  const { metadata, folder } = evidence.reader;
  const made = await hashTree(folder);
  const hashes = new Map(made.map(({ path, sha256 }) => [path, sha256]));
  const verdicts: Verdict[] = [];
  for (const device of Object.keys(metadata.devices))
    verdicts.push(await judgeDevice(device, { ...input, evidence, hashes }));
  const streams = verdicts.flatMap((verdict) => verdict.streams);
  const uploads = verdicts.flatMap((verdict) => verdict.uploads);
  const videos = verdicts.flatMap((verdict) => verdict.videos);
  const errors = evidence.errorsBeside(troubled(input, evidence));
  const check = await checkSession({
    files: diskFiles(),
    recordingsFolder: input.recordings,
    sessionId: input.session,
  });
  if (input.keepLogsIn !== undefined) await keepTruth(input.lab, evidence, input.keepLogsIn);
  const isWhole = verdicts.length === input.lab.members.length && verdicts.every(({ streams: own }) => own.length > 0);
  const isAsOrdered = errors.length === 0 && [...streams, ...uploads, ...videos].every((judged) => judged.ok);
  return {
    ok: input.exportOk && isWhole && metadata.status === "completed" && check.ok && isAsOrdered,
    ...{ session_id: input.session, session_path: folder, streams, uploads, videos },
    files: made.map(({ path, sha256 }) => ({ path, sha256 })),
    markers: evidence.markers,
    faults: input.faults.map((fault) => fault.text),
    errors_without_order: errors,
    findings: check.findings,
    usage: { ...input.usage, disk_bytes: made.reduce((sum, file) => sum + file.bytes, 0) },
  };
}

type Case = ReportInput & { readonly evidence: Evidence; readonly hashes: ReadonlyMap<string, string> };

async function judgeDevice(device: string, input: Case): Promise<Verdict> {
  const member = memberOf(input.lab, input.evidence, device);
  if (member === undefined) return { streams: [], uploads: [], videos: [] };
  if (member.family === "phone") return judgePhoneDevice(device, member, input);
  if (member.family === "camera") return judgeCameraDevice(device, member, input);
  const shimmer = input.lab.shimmers.find((other) => other === member)!;
  const streams: SimulatedStream[] = [];
  for (const counts of countsOf(device, input.evidence))
    streams.push(await judgeShimmer(shimmer.truthPath, counts, input.evidence));
  return { streams, uploads: [], videos: [] };
}

async function judgePhoneDevice(device: string, member: LabMember, input: Case): Promise<Verdict> {
  const { evidence, hashes, faults } = input;
  const record = await readPhoneRecord(input.lab.phones.find((other) => other === member)!.truthPath);
  const ordered = kindsOrdered(faults, member);
  const streams: SimulatedStream[] = [];
  for (const counts of countsOf(device, evidence)) streams.push(await judgePhone(record, counts, evidence, ordered));
  return { streams, uploads: judgeUploads(device, record.files, evidence.filesOf(device), hashes), videos: [] };
}

async function judgeCameraDevice(device: string, member: LabMember, { evidence, faults }: Case): Promise<Verdict> {
  const videos = await judgeVideos(device, evidence);
  const kills = kindsOrdered(faults, member).length;
  const streams = countsOf(device, evidence).map((counts) =>
    judgeCamera(counts, videos, missingFrames(counts, evidence), kills),
  );
  return { streams, uploads: [], videos };
}

function missingFrames({ device, stream }: StreamCounts, evidence: Evidence): MissingFrames {
  return { logged: evidence.gapsLogged(device, stream), dropped: evidence.droppedByDevice(device, stream) };
}

/** The devices of which a fault was ordered: what they complain of is no surprise. */
function troubled({ lab, faults }: ReportInput, evidence: Evidence): readonly string[] {
  return Object.keys(evidence.reader.metadata.devices).filter((device) => {
    const member = memberOf(lab, evidence, device);
    return member !== undefined && kindsOrdered(faults, member).length > 0;
  });
}

/** The counts of a device, one for each stream: a device that began anew within a recording has several entries there. */
function countsOf(device: string, evidence: Evidence): readonly StreamCounts[] {
  const sums = new Map<string, StreamCounts>();
  for (const counts of evidence.reader.metadata.recordings.flatMap((recording) => recording.streams)) {
    if (counts.device !== device) continue;
    const before = sums.get(counts.stream);
    sums.set(counts.stream, before === undefined ? counts : sum(before, counts));
  }
  return [...sums.values()];
}

function sum(before: StreamCounts, counts: StreamCounts): StreamCounts {
  return {
    ...counts,
    expected: before.expected + counts.expected,
    received: before.received + counts.received,
    written: before.written + counts.written,
    expected_extrapolated: before.expected_extrapolated + counts.expected_extrapolated,
  };
}

/** The member that a device id stands for: by the address that the metadata keep, a phone by the id it was given. */
function memberOf(lab: Lab, evidence: Evidence, device: string): LabMember | undefined {
  const address = evidence.addressOf(device);
  return (
    lab.phones.find((phone) => phone.device === device) ??
    lab.found.find((member) => member.candidate.address === address)
  );
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
