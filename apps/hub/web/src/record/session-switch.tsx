import { SegmentedControl } from "@mantine/core";
import type { SessionView } from "@polychron/protocol";
import { useHub } from "../hub-context.js";
import { routeHash } from "../route.js";
import { awaitedCount } from "./awaited-view.js";

const NAME_MAX = 28;

interface Props {
  readonly sessions: readonly SessionView[];
  readonly current: string | null;
}

/** Shown only while several sessions are open; the choice lives in the address. */
export function SessionSwitch({ sessions, current }: Props) {
  const { texts } = useHub();
  if (sessions.length < 2 || current === null) return null;
  return (
    <div className="session-switch">
      <SegmentedControl
        aria-label={texts.record.switchSession}
        value={current}
        data={sessions.map((session) => ({ value: session.id, label: labelOf(session) }))}
        onChange={(session) => {
          window.location.hash = routeHash({ view: "record", session });
        }}
      />
    </div>
  );
}

function labelOf(session: SessionView): string {
  const name = session.name || session.id;
  const short = name.length > NAME_MAX ? `${name.slice(0, NAME_MAX - 1)}…` : name;
  if (session.recording) return `● ${short}`;
  return awaitedCount(session) > 0 ? `↓ ${short}` : short;
}
