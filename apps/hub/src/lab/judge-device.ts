import type { TimedSession } from "@polychron/processing/timed";
import type { StreamCounts } from "@polychron/session/format";
import { judgeAlignment } from "./alignment/judge-alignment.js";
import { withoutTruth, type DeviceAlignment } from "./alignment/device-alignment.js";
import { judgeCounterTimes } from "./alignment/judge-counter-times.js";
import type { Evidence } from "./evidence.js";
import { judgeCamera, judgeVideos, type MissingFrames } from "./judge-camera.js";
import { judgePhone, judgeUploads, readPhoneRecord } from "./judge-phone.js";
import { judgeShimmer } from "./judge-shimmer.js";
import type { Lab } from "./lab.js";
import { kindsOrdered, type LabFault } from "./lab-fault.js";
import type { LabMember } from "./member.js";
import type { SimulatedStream, SimulatedUpload, SimulatedVideo } from "./simulated-stream.js";

/** What was found out about one device. */
export interface DeviceVerdict {
  readonly streams: readonly SimulatedStream[];
  readonly uploads: readonly SimulatedUpload[];
  readonly videos: readonly SimulatedVideo[];
  readonly alignment: readonly DeviceAlignment[];
}

/** A finished session, and all that is known of the lab behind it. */
export interface DeviceCase {
  readonly lab: Lab;
  readonly faults: readonly LabFault[];
  readonly evidence: Evidence;
  readonly timed: TimedSession;
  /** SHA-256 of each file of the session, by its path. */
  readonly hashes: ReadonlyMap<string, string>;
}

const NOTHING: DeviceVerdict = { streams: [], uploads: [], videos: [], alignment: [] };

/** One device of a session, its streams and files against its truth. Throws `SIMULATION_FAILED`. */
export async function judgeDevice(device: string, input: DeviceCase): Promise<DeviceVerdict> {
  const member = memberOf(input.lab, input.evidence, device);
  if (member === undefined) return NOTHING;
  if (member.family === "phone") return judgePhoneDevice(device, member, input);
  if (member.family === "camera") return judgeCameraDevice(device, member, input);
  const shimmer = input.lab.shimmers.find((other) => other === member)!;
  const streams: SimulatedStream[] = [];
  for (const counts of countsOf(device, input.evidence))
    streams.push(await judgeShimmer(shimmer.truthPath, counts, input.evidence));
  const alignment = [
    await judgeCounterTimes(device, shimmer.truthPath, { reader: input.evidence.reader, timed: input.timed }),
  ];
  return { ...NOTHING, streams, alignment };
}

async function judgePhoneDevice(device: string, member: LabMember, input: DeviceCase): Promise<DeviceVerdict> {
  const { evidence, timed, hashes, faults } = input;
  const record = await readPhoneRecord(input.lab.phones.find((other) => other === member)!.truthPath);
  const ordered = kindsOrdered(faults, member);
  const streams: SimulatedStream[] = [];
  for (const counts of countsOf(device, evidence)) streams.push(await judgePhone(record, counts, evidence, ordered));
  const uploads = judgeUploads(device, record.files, evidence.filesOf(device), hashes);
  const alignment = [await judgeAlignment(device, record.clock, { reader: evidence.reader, timed })];
  return { ...NOTHING, streams, uploads, alignment };
}

async function judgeCameraDevice(
  device: string,
  member: LabMember,
  { evidence, faults }: DeviceCase,
): Promise<DeviceVerdict> {
  const videos = await judgeVideos(device, evidence);
  const kills = kindsOrdered(faults, member).length;
  const streams = countsOf(device, evidence).map((counts) =>
    judgeCamera(counts, videos, missingFrames(counts, evidence), kills),
  );
  // Its pictures are made by ffmpeg, which does not say when.
  return { ...NOTHING, streams, videos, alignment: [withoutTruth(device)] };
}

function missingFrames({ device, stream }: StreamCounts, evidence: Evidence): MissingFrames {
  return {
    logged: evidence.gapsLogged(device, stream),
    dropped: evidence.gapsLogged(device, stream, "dropped_frames"),
  };
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
export function memberOf(lab: Lab, evidence: Evidence, device: string): LabMember | undefined {
  const address = evidence.addressOf(device);
  return (
    lab.phones.find((phone) => phone.device === device) ??
    lab.found.find((member) => member.candidate.address === address)
  );
}
