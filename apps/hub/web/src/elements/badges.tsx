import { Badge } from "@mantine/core";
import type { DeviceView, DriverPhase, SessionListEntry } from "@polychron/protocol";
import { isAway } from "../devices/phone-view.js";
import { useHub } from "../hub-context.js";

const PHASE_COLOURS: Readonly<Record<DriverPhase, string>> = {
  closed: "gray",
  connecting: "blue",
  connected: "blue",
  armed: "teal",
  lost: "red",
};
const STATE_COLOURS: Readonly<Record<string, string>> = {
  recording: "red",
  active: "teal",
  error: "red",
  interrupted: "orange",
  completed: "gray",
};

/** Marks everything that comes from an emulator. */
export function SimulatedBadge() {
  const { texts } = useHub();
  return (
    <Badge variant="outline" color="grape" className="badge">
      {texts.app.simulated}
    </Badge>
  );
}

/** The phase of a device, in words and colour; a phone that is not connected is away, not lost. */
export function PhaseBadge({ device }: { readonly device: DeviceView }) {
  const { texts } = useHub();
  const { phase } = device;
  const away = isAway(device);
  return (
    <Badge variant="light" color={away ? "orange" : PHASE_COLOURS[phase]} className="badge">
      {phase === "armed" ? "● " : ""}
      {away ? texts.phones.away : texts.phases[phase]}
    </Badge>
  );
}

/** The state of a session, in words and colour; states this page does not know are shown as they are. */
export function StateBadge({ state }: { readonly state: string }) {
  const { texts } = useHub();
  const words: Readonly<Record<string, string>> = texts.sessionStates;
  return (
    <Badge
      variant={state === "recording" ? "filled" : "light"}
      color={STATE_COLOURS[state] ?? "blue"}
      size="lg"
      className="badge"
    >
      {state === "recording" ? "● " : ""}
      {words[state] ?? state}
    </Badge>
  );
}

/** What a closed session lacks: announced files that never came, and streams with gaps. Nothing where it lacks nothing. */
export function MissingBadges({ missing }: { readonly missing: SessionListEntry["missing"] }) {
  const { texts } = useHub();
  return (
    <>
      {missing.files > 0 && (
        <Badge variant="light" color="orange" className="badge">
          {texts.files.missing(missing.files)}
        </Badge>
      )}
      {missing.streams > 0 && (
        <Badge variant="outline" color="orange" className="badge">
          {texts.files.gaps(missing.streams)}
        </Badge>
      )}
    </>
  );
}
