import {
  QUALITY_REPORT_VERSION,
  type CueResidual,
  type DeviceQuality,
  type QualityFinding,
  type QualityReport,
  type SessionMetadata,
} from "@polychron/session/format";
import { deviceQuality, type DeviceFacts } from "./device-quality.js";
import { deviceFindings, idleFinding, levelOf, worstFirst } from "./findings.js";
import { lowest } from "./scores.js";
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
  const told = cueFindings(cues);
  const judged = facts.map((each) => judgedDevice(each, { told, hasRecordings: recordings.length > 0 }));
  const devices = judged.map(({ device }) => device);
  const own = judged.flatMap((each) => each.findings);
  const others = told.filter(({ device }) => devices.every((each) => each.device !== device));
  const findings = worstFirst([...own, ...others, ...wallClockFindings(metadata)]);
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

/** What a device is judged beside: findings of cues, of any device, and whether the session recorded anything. */
interface Beside {
  /** Times that a cue contradicts are not good, whatever their bound says. */
  readonly told: readonly QualityFinding[];
  readonly hasRecordings: boolean;
}

function judgedDevice(
  facts: DeviceFacts,
  { told, hasRecordings }: Beside,
): { device: DeviceQuality; findings: QualityFinding[] } {
  const unjudged = deviceQuality(facts);
  const isIdle = facts.recordings.length === 0;
  const idle = hasRecordings ? [idleFinding(facts.device, facts.wasThere)] : [];
  const known = isIdle ? idle : deviceFindings(unjudged, facts.recordings);
  const findings = worstFirst([...known, ...told.filter(({ device }) => device === facts.device)]);
  const level = levelOf(findings);
  // Of a device that took part in nothing it cannot be said that it was good.
  return { device: { ...unjudged, level: isIdle && level === "good" ? "unknown" : level }, findings };
}

function wallClockFindings({ clock }: SessionMetadata): QualityFinding[] {
  return clock.steps.map(({ t_s: atS, step_s: stepS }) => ({
    device: null,
    area: "synchronization",
    severity: "note",
    text: `The wall clock of the computer jumped by ${jumpText(stepS)} at ${momentText(atS)}; session time did not.`,
  }));
}

/** A knock is felt where it is made; light and sound are on their way, and a screen keeps a picture back. */
function cueFindings(cues: readonly CueResidual[]): QualityFinding[] {
  const outside = cues.filter(({ inside }) => inside === false);
  return outside.map(({ cue, kind, device, stream, residual_s: residualS }) => {
    const seen = `The cue ${cue} was found in ${stream} ${jumpText(residualS ?? 0)} from its time`;
    return {
      device: /^[a-z0-9_]{1,40}$/.test(device) ? device : null,
      area: "synchronization",
      ...(kind === "tap"
        ? { severity: "bad", text: `${seen}: outside the stated bound.` }
        : {
            severity: "warning",
            text: `${seen}: outside the stated bound, unless ${kind === "chirp" ? "sound" : "screen and light"} took that long.`,
          }),
    };
  });
}
