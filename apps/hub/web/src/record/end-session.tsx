import { Text } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ConfirmModal } from "../elements/confirm-modal.js";
import { useHub, type CommandDesk } from "../hub-context.js";
import { untoldDevices } from "./awaited-view.js";

interface Props {
  readonly session: SessionView;
  readonly devices: readonly DeviceView[];
  readonly desk: CommandDesk;
  readonly onEnded: () => void;
}

/** Ending seals the session, so it asks once; with files on their way it closes when they are here. */
export function EndSession({ session, devices, desk, onEnded }: Props) {
  const { texts } = useHub();
  const [isAsking, setAsking] = useState(false);
  const end = async (): Promise<void> => {
    if (await desk.send({ kind: "end_session", session: session.id })) onEnded();
  };
  const awaited = session.awaited.length;
  const untold = untoldDevices(session, devices);
  return (
    <>
      <CommandButton variant="default" pending={desk.pending} onPress={() => setAsking(true)}>
        {texts.record.end}
      </CommandButton>
      <ConfirmModal
        isOpen={isAsking}
        title={texts.record.endTitle(session.name || session.id)}
        yes={texts.record.endYes}
        onYes={() => void end()}
        onClose={() => setAsking(false)}
      >
        <Text>{texts.record.endAsk}</Text>
        {awaited > 0 && <Text>{texts.files.endAsk(awaited)}</Text>}
        {untold.length > 0 && <Text className="attention">⚠ {texts.files.endUntold(untold.join(", "))}</Text>}
      </ConfirmModal>
    </>
  );
}
