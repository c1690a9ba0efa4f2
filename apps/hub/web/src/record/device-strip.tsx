import { Text, VisuallyHidden } from "@mantine/core";
import type { HubSnapshot, SessionView } from "@polychron/protocol";
import { useId } from "react";
import { CandidateList, FoundBesides } from "../devices/candidate-list.js";
import { CommandButton } from "../elements/command-button.js";
import { EmptyState } from "../elements/empty-state.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useCommand, useHub } from "../hub-context.js";
import { DeviceCard } from "./device-card.js";
import { devicesFor } from "./record-view.js";

interface Props {
  readonly snapshot: HubSnapshot;
  readonly session: SessionView | null;
}

/** Every device at a glance; while there is none, the way to the first. */
export function DeviceStrip({ snapshot, session }: Props) {
  const { texts } = useHub();
  const id = useId();
  if (snapshot.devices.length === 0) return <NoDevices snapshot={snapshot} />;
  return (
    <section aria-labelledby={id}>
      <VisuallyHidden component="h2" id={id}>
        {texts.devices.strip}
      </VisuallyHidden>
      <ul className="device-strip">
        {devicesFor(session, snapshot.devices).map((device) => (
          <DeviceCard key={device.id} device={device} session={session} sessions={snapshot.sessions} />
        ))}
      </ul>
      {!session?.recording && <FoundBesides candidates={snapshot.candidates} />}
    </section>
  );
}

function NoDevices({ snapshot: { candidates } }: { readonly snapshot: HubSnapshot }) {
  const { texts } = useHub();
  const desk = useCommand();
  const scan = (
    <CommandButton
      variant={candidates.length > 0 ? "default" : "filled"}
      pending={desk.pending}
      onPress={() => void desk.send({ kind: "scan_devices" })}
    >
      {texts.devices.scan}
    </CommandButton>
  );
  return (
    <Panel title={texts.devices.strip} aside={candidates.length > 0 && scan}>
      {candidates.length > 0 ? (
        <>
          <Text c="dimmed" mb="xs">
            {texts.devices.foundHint}
          </Text>
          <CandidateList candidates={candidates} />
        </>
      ) : (
        <EmptyState title={texts.devices.none} hint={texts.devices.noneHint}>
          {scan}
        </EmptyState>
      )}
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
    </Panel>
  );
}
