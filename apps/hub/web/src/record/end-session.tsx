import { Group, Modal, Stack, Text } from "@mantine/core";
import type { SessionView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { useHub, type CommandDesk } from "../hub-context.js";

interface Props {
  readonly session: SessionView;
  readonly desk: CommandDesk;
  readonly onEnded: () => void;
}

/** Ending seals the session, so it asks once. */
export function EndSession({ session, desk, onEnded }: Props) {
  const { texts } = useHub();
  const [isAsking, setAsking] = useState(false);
  const end = async (): Promise<void> => {
    setAsking(false);
    if (await desk.send({ kind: "end_session", session: session.id })) onEnded();
  };
  return (
    <>
      <CommandButton variant="default" pending={desk.pending} onPress={() => setAsking(true)}>
        {texts.record.end}
      </CommandButton>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={texts.record.endTitle(session.name || session.id)}
        closeButtonProps={{ "aria-label": texts.app.cancel }}
        centered
      >
        <Stack>
          <Text>{texts.record.endAsk}</Text>
          <Group justify="flex-end">
            <CommandButton variant="default" onPress={() => setAsking(false)}>
              {texts.app.cancel}
            </CommandButton>
            <CommandButton onPress={() => void end()}>{texts.record.endYes}</CommandButton>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
