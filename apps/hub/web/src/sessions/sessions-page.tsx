import { Text } from "@mantine/core";
import type { HubSnapshot } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { EmptyState } from "../elements/empty-state.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useHub } from "../hub-context.js";
import { SessionLine } from "./session-line.js";
import { listVersion } from "./session-pages.js";
import { useSessionList } from "./use-session-list.js";

/** Every session on disk, newest first; the one that the address names is open. */
export function SessionsPage({ snapshot, wanted }: { readonly snapshot: HubSnapshot; readonly wanted: string | null }) {
  const { texts } = useHub();
  const { list, error, more } = useSessionList(listVersion(snapshot));
  const [isLoading, setLoading] = useState(false);
  const showMore = async (): Promise<void> => {
    setLoading(true);
    await more();
    setLoading(false);
  };
  const total = list !== null && <Text size="sm">{texts.sessions.total(list.sessions.length, list.total)}</Text>;
  return (
    <Panel title={texts.sessions.title} aside={total}>
      <ErrorAlert error={error} />
      {list === null && error === null && <Text role="status">{texts.sessions.loading}</Text>}
      {list?.sessions.length === 0 && <EmptyState title={texts.sessions.none} hint={texts.sessions.noneHint} />}
      <ul className="plain-list">
        {list?.sessions.map((entry) => (
          <SessionLine
            key={entry.session_id}
            entry={entry}
            snapshot={snapshot}
            isWanted={entry.session_id === wanted}
          />
        ))}
      </ul>
      {list?.next && (
        <CommandButton mt="sm" variant="default" pending={isLoading} onPress={() => void showMore()}>
          {texts.sessions.more}
        </CommandButton>
      )}
    </Panel>
  );
}
