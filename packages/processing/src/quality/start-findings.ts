import type { DeviceQuality, QualityFinding } from "@polychron/session/format";
import { countText, lengthText, timesText } from "./words.js";

/** Later than this is worth saying, and from the second on bad, seconds. */
const LATE_S = { warning: 0.05, bad: 1 } as const;

type Told = Pick<QualityFinding, "area" | "severity" | "text">;
type Start = DeviceQuality["starts"][number];

/** What must be said of how a device followed the starts. */
export function startFindings(device: Pick<DeviceQuality, "starts" | "streams" | "start_acks">): Told[] {
  const { starts, start_acks: acks } = device;
  const told = [...starts.flatMap(startFinding), ...streamFindings(device)];
  if (acks.received >= acks.expected) return told;
  const text = `It confirmed ${acks.received} of ${countText(acks.expected, "start")}.`;
  return [...told, { area: "coordination", severity: "warning", text }];
}

const REASONS = { gone: "it was not there", refused: "it was refused", no_sample: "no sample came" } as const;

function startFinding(start: Start): Told[] {
  const { recording, status, skew_s: skewS, joined_late_s: joinedS, rejoined } = start;
  const told: Told[] = [];
  const say = (severity: Told["severity"], text: string): void =>
    void told.push({ area: "coordination", severity, text });
  if (status === "never") say("bad", `It never began recording ${recording}${reasonText(start)}.`);
  else if (joinedS !== null) say("warning", `It joined recording ${recording} ${lengthText(joinedS)} after the start.`);
  else if (status === "late")
    say(
      (skewS ?? 0) > LATE_S.bad ? "bad" : "warning",
      `It began ${lengthText(skewS ?? 0)} late (recording ${recording}).`,
    );
  if (rejoined > 0) say("note", `It came back ${timesText(rejoined)} in recording ${recording}.`);
  return told;
}

function reasonText({ reason, code }: Start): string {
  const words = [reason === null ? "" : `: ${REASONS[reason]}`, code === null ? "" : ` (${code})`];
  return words.join("");
}

/** By the times that were fitted after the session, where the start itself is not told to be late. */
function streamFindings({ starts, streams }: Pick<DeviceQuality, "starts" | "streams">): Told[] {
  const told = starts.filter(({ status, joined_late_s: joinedS }) => status !== "on_time" || joinedS !== null);
  const untold = streams.filter((stream) => told.every(({ recording }) => recording !== stream.recording));
  return untold.flatMap(({ stream, start_skew_s: skewS }): Told[] => {
    if (skewS === null || Math.abs(skewS) <= LATE_S.warning) return [];
    const severity = Math.abs(skewS) > LATE_S.bad ? "bad" : "warning";
    const text = `${stream} began ${lengthText(Math.abs(skewS))} ${skewS > 0 ? "late" : "before the start"}.`;
    return [{ area: "coordination", severity, text }];
  });
}
