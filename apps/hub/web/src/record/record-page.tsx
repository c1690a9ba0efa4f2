import type { HubSnapshot, SessionView } from "@polychron/protocol";
import type { SessionEvent } from "@polychron/session/model";
import { useEffect, useState } from "react";
import { CuePanel } from "../cue/cue-panel.js";
import { useHub, usePage } from "../hub-context.js";
import { sessionInView } from "../state.js";
import { AwaitedPanel } from "./awaited-panel.js";
import { CountsPanel } from "./counts-panel.js";
import { CreateSession } from "./create-session.js";
import { DeviceStrip } from "./device-strip.js";
import { EndedNotice, type EndedSession } from "./ended-notice.js";
import { EventLog } from "./event-log.js";
import { LivePlot } from "./live-plot.js";
import { MarkerPanel } from "./marker-panel.js";
import { NotePanel } from "./note-panel.js";
import { QualityPanel } from "./quality-panel.js";
import { SessionControls } from "./session-controls.js";
import { SessionSwitch } from "./session-switch.js";
import { StartsPanel } from "./starts-panel.js";

interface Props {
  readonly snapshot: HubSnapshot;
  /** The session the address names. */
  readonly wanted: string | null;
}

interface WorkProps {
  readonly snapshot: HubSnapshot;
  readonly session: SessionView;
  readonly events: readonly SessionEvent[];
}

/** The home of the operator: devices, session, recording, markers, live signals. */
export function RecordPage({ snapshot, wanted }: Props) {
  const { link } = useHub();
  const { log } = usePage();
  const [isCreating, setCreating] = useState(false);
  const [ended, setEnded] = useState<EndedSession | null>(null);
  const session = sessionInView(snapshot, wanted);
  const id = session?.id ?? null;
  useEffect(() => link.follow(id), [link, id]);
  const events = log?.session === id ? log.events : [];
  const strip = <DeviceStrip snapshot={snapshot} session={session} />;
  // A session that waits for files is closed by the last of them, not by the button.
  const isClosed = ended !== null && snapshot.sessions.every((open) => open.id !== ended.id);
  const onEnded = (without: number): void =>
    setEnded(session && { id: session.id, name: session.name || session.id, without });
  const isDeviceFirst = session === null && snapshot.devices.length === 0;
  return (
    <>
      {isClosed && <EndedNotice ended={ended} onDismiss={() => setEnded(null)} />}
      {isDeviceFirst && strip}
      <SessionSwitch sessions={snapshot.sessions} current={id} />
      {session === null || isCreating ? (
        <CreateSession snapshot={snapshot} onDone={() => setCreating(false)} canCancel={session !== null} />
      ) : (
        <SessionControls
          key={`controls ${id}`}
          snapshot={snapshot}
          session={session}
          onNew={() => setCreating(true)}
          onEnded={() => onEnded(0)}
          onReset={() => setEnded(null)}
        />
      )}
      {session !== null && (
        <AwaitedPanel key={`files ${session.id}`} session={session} devices={snapshot.devices} onEnded={onEnded} />
      )}
      {!isDeviceFirst && strip}
      {session === null ? (
        snapshot.devices.length > 0 && <LivePlot snapshot={snapshot} session={null} events={events} />
      ) : (
        <SessionWork snapshot={snapshot} session={session} events={events} />
      )}
    </>
  );
}

/** What is at hand while a session is open: signals and counts on one side, markers, note and log on the other. */
function SessionWork({ snapshot, session, events }: WorkProps) {
  return (
    <div className="record-columns">
      <div>
        <LivePlot snapshot={snapshot} session={session} events={events} />
        {session.recording && <StartsPanel snapshot={snapshot} session={session} />}
        <QualityPanel session={session} />
        {session.recording && <CountsPanel snapshot={snapshot} session={session} />}
      </div>
      <div>
        <MarkerPanel key={`markers ${session.id}`} session={session} />
        {session.recording && <CuePanel key={`cue ${session.id}`} snapshot={snapshot} session={session} />}
        <NotePanel key={`note ${session.id}`} session={session} />
        <EventLog events={events} devices={snapshot.devices} />
      </div>
    </div>
  );
}
