import { Button, Group, Paper, Text, Title } from "@mantine/core";
import type { HubSnapshot, SessionListEntry } from "@polychron/protocol";
import { useId, useState } from "react";
import { MissingBadges, SimulatedBadge, StateBadge } from "../elements/badges.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { clockText, dateText } from "../format.js";
import { useHub } from "../hub-context.js";
import { routeHash } from "../route.js";
import { SessionDetails } from "./session-details.js";

interface Props {
  readonly entry: SessionListEntry;
  readonly snapshot: HubSnapshot;
  /** Open at once: the address names it. */
  readonly isWanted: boolean;
}

/** One session of the list, opened for its export on request. */
export function SessionLine({ entry, snapshot, isWanted }: Props) {
  const { texts } = useHub();
  const [isOpen, setOpen] = useState(isWanted);
  const detailsId = useId();
  const name = entry.session_name || entry.session_id;
  const live = snapshot.sessions.find((session) => session.id === entry.session_id);
  const isInterrupted = snapshot.interrupted.some((session) => session.id === entry.session_id);
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" align="flex-start">
        <SessionHead entry={entry} name={name} state={live?.state ?? (isInterrupted ? "interrupted" : entry.status)} />
        <Group gap="xs">
          {live && (
            <Button component="a" variant="default" href={routeHash({ view: "record", session: entry.session_id })}>
              {texts.sessions.toRecord}
            </Button>
          )}
          <Button
            variant="default"
            aria-expanded={isOpen}
            aria-controls={detailsId}
            aria-label={texts.sessions.detailsOf(name)}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? texts.sessions.close : texts.sessions.open}
          </Button>
        </Group>
      </Group>
      <ErrorAlert error={entry.error} />
      <div id={detailsId}>{isOpen && <SessionDetails entry={entry} snapshot={snapshot} />}</div>
    </Paper>
  );
}

function SessionHead({
  entry,
  name,
  state,
}: {
  readonly entry: SessionListEntry;
  readonly name: string;
  readonly state: string;
}) {
  return (
    <div className="session-head">
      <Group gap="xs">
        <Title order={3} size="h5" className="breakable">
          {name}
        </Title>
        <StateBadge state={state} />
        <MissingBadges missing={entry.missing} />
        {entry.simulated && <SimulatedBadge />}
      </Group>
      <SessionFacts entry={entry} />
    </div>
  );
}

function SessionFacts({ entry }: { readonly entry: SessionListEntry }) {
  const { texts } = useHub();
  const facts = [
    `${texts.sessions.started} ${dateText(entry.start_time)}`,
    `${texts.sessions.duration} ${entry.duration === null ? "–" : clockText(entry.duration)}`,
    `${texts.sessions.recordings} ${entry.recordings}`,
    `${texts.sessions.devices} ${entry.devices.join(", ") || "–"}`,
  ];
  return (
    <Text size="sm" c="dimmed" className="breakable">
      {facts.join(" · ")}
    </Text>
  );
}
