import {
  QUALITY_REPORT_VERSION,
  type CueResidual,
  type DeviceQuality,
  type QualityFinding,
  type QualityReport,
  type SessionMetadata,
} from "@polychron/session/format";
import { deviceQuality, type DeviceFacts } from "./device-quality.js";
import { deviceFindings, levelOf, worstFirst } from "./findings.js";
import { lowest } from "./scores.js";
import { lengthS } from "./spans.js";
import { verdict } from "./verdict.js";
import { jumpText, momentText } from "./words.js";

/** A session as a report judges it. */
export interface SessionFacts {
  readonly metadata: SessionMetadata;
  readonly software: { readonly name: string; readonly version: string };
  readonly devices: readonly DeviceFacts[];
  readonly recordings: QualityReport["recordings"];
  readonly cues: readonly CueResidual[];
  readonly incomplete: QualityReport["incomplete"];
}

/** The report of a session: the same facts give the same report. */
export function buildReport({
  metadata,
  software,
  devices: facts,
  recordings,
  cues,
  incomplete,
}: SessionFacts): QualityReport {
  const judged = facts.map(judgedDevice);
  const devices = judged.map(({ device }) => device);
  const own = judged.flatMap((each) => each.findings);
  const findings = worstFirst([...own, ...cueFindings(cues), ...wallClockFindings(metadata)]);
  const of = (area: keyof DeviceQuality["scores"]) =>
    lowest(devices.map(({ device, scores }) => ({ device, score: scores[area] })));
  return {
    schema_version: QUALITY_REPORT_VERSION,
    session_id: metadata.session_id,
    session_name: metadata.session_name,
    session_uuid: metadata.session_uuid,
    start_time: metadata.start_time,
    duration_s: metadata.duration,
    status: metadata.status,
    simulated: devices.some(({ simulated }) => simulated),
    software,
    verdict: verdict({ devices, findings }),
    scores: { data: of("data"), synchronization: of("synchronization"), coordination: of("coordination") },
    recordings,
    devices,
    cues: [...cues],
    incomplete,
  };
}

function judgedDevice(facts: DeviceFacts): { device: DeviceQuality; findings: QualityFinding[] } {
  const unjudged = deviceQuality(facts);
  const findings = facts.recordings.length === 0 ? [] : deviceFindings(unjudged, lengthS(facts.recordings));
  const level = facts.recordings.length === 0 ? "unknown" : levelOf(findings);
  return { device: { ...unjudged, level }, findings };
}

function wallClockFindings({ clock }: SessionMetadata): QualityFinding[] {
  return clock.steps.map(({ t_s: atS, step_s: stepS }) => ({
    device: null,
    area: "synchronization",
    severity: "note",
    text: `The wall clock of the computer jumped by ${jumpText(stepS)} at ${momentText(atS)}; session time did not.`,
  }));
}

function cueFindings(cues: readonly CueResidual[]): QualityFinding[] {
  const outside = cues.filter(({ inside }) => inside === false);
  return outside.map(({ cue, device, stream, residual_s: residualS }) => ({
    device: /^[a-z0-9_]{1,40}$/.test(device) ? device : null,
    area: "synchronization",
    severity: "bad",
    text: `The cue ${cue} was seen in ${stream} ${jumpText(residualS ?? 0)} from its time: outside the stated bound.`,
  }));
}
