import { Text } from "@mantine/core";
import type { SessionView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ConfirmModal } from "../elements/confirm-modal.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useCommand, useHub } from "../hub-context.js";
import { awaitedCount, type AwaitedGroup } from "./awaited-view.js";

interface Props {
  readonly session: SessionView;
  readonly groups: readonly AwaitedGroup[];
  /** Told how many files the session was closed without. */
  readonly onEnded: (without: number) => void;
}

/** Seals a session now; the question names every file that will be missing. */
export function CloseWithout({ session, groups, onEnded }: Props) {
  const { texts } = useHub();
  const desk = useCommand();
  const [isAsking, setAsking] = useState(false);
  const without = awaitedCount(session);
  const close = async (): Promise<void> => {
    if (await desk.send({ kind: "end_session", session: session.id, without_missing: true })) onEnded(without);
  };
  return (
    <div>
      <CommandButton size="compact-sm" variant="default" pending={desk.pending} onPress={() => setAsking(true)}>
        {texts.files.close}
      </CommandButton>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      <ConfirmModal
        isOpen={isAsking}
        title={texts.files.closeTitle(session.name || session.id)}
        yes={texts.files.closeYes}
        onYes={() => void close()}
        onClose={() => setAsking(false)}
      >
        <Text>{texts.files.closeAsk}</Text>
        <ul className="named-list">
          {groups.flatMap(({ device, label, lines }) =>
            lines.map(({ key, name, sizes }) => (
              <li key={`${device} ${key}`}>
                {label}: {name} ({sizes})
              </li>
            )),
          )}
        </ul>
        <Text>{texts.files.closeStay}</Text>
      </ConfirmModal>
    </div>
  );
}
