import { Group, Progress, Stack, Text } from "@mantine/core";
import type { DeviceView, SessionView } from "@polychron/protocol";
import { useState } from "react";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { Panel } from "../elements/panel.js";
import { useCommand, useHub } from "../hub-context.js";
import { awaitedGroups, type AwaitedGroup, type AwaitedLine } from "./awaited-view.js";
import { CloseWithout } from "./close-without.js";

interface Props {
  readonly session: SessionView;
  readonly devices: readonly DeviceView[];
  /** Told how many files the session was closed without. */
  readonly onEnded: (without: number) => void;
}

/** The files a session waits for: how far each is, and what to do when one does not come. */
export function AwaitedPanel({ session, devices, onEnded }: Props) {
  const { texts } = useHub();
  const groups = awaitedGroups(session, devices, texts.files);
  const isClosing = session.state === "processing";
  if (groups.length === 0) return null;
  return (
    <Panel
      title={texts.files.title}
      aside={isClosing && <CloseWithout session={session} groups={groups} onEnded={onEnded} />}
    >
      <Stack gap="sm">
        {isClosing && <Text size="sm">{texts.files.closesItself}</Text>}
        {groups.map((group) => (
          <Sender key={group.device} group={group} session={session.id} />
        ))}
      </Stack>
    </Panel>
  );
}

function Sender({ group, session }: { readonly group: AwaitedGroup; readonly session: string }) {
  const { texts } = useHub();
  const desk = useCommand();
  const [isAsked, setAsked] = useState(false);
  const { device, label, isHere, lines } = group;
  const ask = async (): Promise<void> => setAsked(await desk.send({ kind: "fetch_files", session, device }));
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {label}
        </Text>
        <CommandButton
          size="compact-sm"
          variant="default"
          pending={desk.pending}
          disabled={!isHere}
          label={texts.files.askAgainOf(label)}
          onPress={() => void ask()}
        >
          {texts.files.askAgain}
        </CommandButton>
      </Group>
      {!isHere && (
        <Text size="sm" className="attention">
          {texts.files.away}
        </Text>
      )}
      <Text size="xs" c="dimmed" role="status">
        {isAsked && isHere ? texts.files.asked(label) : ""}
      </Text>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
      <ul className="plain-list" aria-label={label}>
        {lines.map((line) => (
          <FileLine key={line.key} line={line} device={label} />
        ))}
      </ul>
    </div>
  );
}

function FileLine({ line, device }: { readonly line: AwaitedLine; readonly device: string }) {
  const { texts } = useHub();
  return (
    <li>
      <Group justify="space-between" gap="xs" className="facts">
        <Text size="sm">{line.name}</Text>
        <Text size="sm">
          {line.sizes} · {line.pace}
        </Text>
      </Group>
      <Progress value={line.percent} aria-label={texts.files.progressOf(line.name, device)} />
    </li>
  );
}
