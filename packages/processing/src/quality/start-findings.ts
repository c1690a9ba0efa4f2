import type { DeviceQuality, QualityFinding } from "@polychron/session/format";
import { countText, lengthText } from "./words.js";

/** Later than this is worth saying, and from the second on bad, seconds. */
const LATE_S = { warning: 0.05, bad: 1 } as const;

type Told = Pick<QualityFinding, "area" | "severity" | "text">;
type Start = DeviceQuality["starts"][number];

/** What must be said of how a device followed the starts. */
export function startFindings(device: Pick<DeviceQuality, "starts" | "streams" | "start_acks">): Told[] {
  const { starts, start_acks: acks } = device;
  const told = starts.length === 0 ? streamFindings(device) : starts.flatMap(startFinding);
  if (acks.received >= acks.expected) return told;
  const text = `It confirmed ${acks.received} of ${countText(acks.expected, "start")}.`;
  return [...told, { area: "coordination", severity: "warning", text }];
}

const REASONS = { gone: "it was not there", refused: "it refused", no_sample: "no sample came" } as const;

function startFinding(start: Start): Told[] {
  const { recording, status, skew_s: skewS, reason, joined_late_s: joinedS, rejoined } = start;
  const told: Told[] = [];
  const say = (severity: Told["severity"], text: string): void =>
    void told.push({ area: "coordination", severity, text });
  if (status === "never")
    say("bad", `It never began recording ${recording}${reason === null ? "" : `: ${REASONS[reason]}`}.`);
  else if (joinedS !== null) say("warning", `It joined recording ${recording} ${lengthText(joinedS)} after the start.`);
  else if (status === "late")
    say(
      (skewS ?? 0) > LATE_S.bad ? "bad" : "warning",
      `It began ${lengthText(skewS ?? 0)} late (recording ${recording}).`,
    );
  if (rejoined > 0)
    say("note", `It came back into recording ${recording} ${rejoined === 1 ? "once" : `${rejoined} times`}.`);
  return told;
}

function streamFindings({ streams }: Pick<DeviceQuality, "streams">): Told[] {
  return streams.flatMap(({ stream, start_skew_s: skewS }): Told[] => {
    if (skewS === null || Math.abs(skewS) <= LATE_S.warning) return [];
    const severity = Math.abs(skewS) > LATE_S.bad ? "bad" : "warning";
    const text = `${stream} began ${lengthText(Math.abs(skewS))} ${skewS > 0 ? "after" : "before"} the start.`;
    return [{ area: "coordination", severity, text }];
  });
}
