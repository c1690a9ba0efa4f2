import { Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import type { InterruptedView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { dateText } from "../format.js";
import { useCommand, useHub, type CommandDesk } from "../hub-context.js";

/** One interrupted session: how it was found, what was lost, and the operator's three choices. */
export function InterruptedCard({ session }: { readonly session: InterruptedView }) {
  const { texts } = useHub();
  const desk = useCommand();
  const [isAsking, setAsking] = useState(false);
  const states: Readonly<Record<string, string>> = texts.sessionStates;
  return (
    <Paper component="section" aria-label={session.name || session.id} withBorder p="md">
      <Stack gap="sm">
        <div>
          <Title order={3} size="h4" className="breakable">
            {session.name || session.id}
          </Title>
          <Text size="sm" c="dimmed">
            {texts.recovery.foundIn(states[session.found_state] ?? session.found_state)}
            {session.last_time !== null && ` · ${texts.recovery.lastSeen(dateText(session.last_time))}`}
          </Text>
        </div>
        <LostList lost={session.lost} />
        {isAsking ? (
          <DiscardQuestion session={session} desk={desk} onKeep={() => setAsking(false)} />
        ) : (
          <Choices session={session} desk={desk} onDiscard={() => setAsking(true)} />
        )}
        <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      </Stack>
    </Paper>
  );
}

function LostList({ lost }: { readonly lost: readonly string[] }) {
  const { texts } = useHub();
  if (lost.length === 0) return <Text>{texts.recovery.lostNothing}</Text>;
  return (
    <div>
      <Text fw={600}>{texts.recovery.lost}</Text>
      <List size="sm">
        {lost.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}

interface ChoiceProps {
  readonly session: InterruptedView;
  readonly desk: CommandDesk;
}

function Choices({ session, desk, onDiscard }: ChoiceProps & { readonly onDiscard: () => void }) {
  const { texts } = useHub();
  const choose = (choice: "continue" | "end") =>
    void desk.send({ kind: "recover_session", session: session.id, choice });
  const lines = [
    {
      label: texts.recovery.continue,
      hint: session.found_state === "recording" ? texts.recovery.continueRecording : texts.recovery.continueHint,
      press: () => choose("continue"),
      variant: "filled",
    },
    { label: texts.recovery.end, hint: texts.recovery.endHint, press: () => choose("end"), variant: "default" },
    { label: texts.recovery.discard, hint: texts.recovery.discardHint, press: onDiscard, variant: "default" },
  ];
  return (
    <Stack gap="xs">
      {lines.map(({ label, hint, press, variant }) => (
        <div key={label} className="choice">
          <CommandButton variant={variant} pending={desk.pending} onPress={press}>
            {label}
          </CommandButton>
          <Text size="sm">{hint}</Text>
        </div>
      ))}
    </Stack>
  );
}

function DiscardQuestion({ session, desk, onKeep }: ChoiceProps & { readonly onKeep: () => void }) {
  const { texts } = useHub();
  return (
    <Stack gap="xs" role="alertdialog" aria-label={texts.recovery.discardAsk(session.name || session.id)}>
      <Text fw={600}>{texts.recovery.discardAsk(session.name || session.id)}</Text>
      <Group>
        <CommandButton variant="default" onPress={onKeep} pending={desk.pending}>
          {texts.recovery.keep}
        </CommandButton>
        <CommandButton
          color="red"
          pending={desk.pending}
          onPress={() => void desk.send({ kind: "recover_session", session: session.id, choice: "discard" })}
        >
          {texts.recovery.discardYes}
        </CommandButton>
      </Group>
    </Stack>
  );
}
