import { Group, Paper, Text } from "@mantine/core";
import type { CandidateView } from "@polychron/protocol";
import { useRef } from "react";
import { SimulatedBadge } from "../elements/badges.js";
import { CommandButton } from "../elements/command-button.js";
import { ErrorAlert } from "../elements/error-alert.js";
import { useCommand, useHub } from "../hub-context.js";

/** What a scan found, each to be connected. */
export function CandidateList({ candidates }: { readonly candidates: readonly CandidateView[] }) {
  const { texts } = useHub();
  const list = useRef<HTMLUListElement>(null);
  return (
    <ul className="plain-list" aria-live="polite" aria-label={texts.devices.found} tabIndex={-1} ref={list}>
      {candidates.map((candidate) => (
        <CandidateLine
          key={`${candidate.family} ${candidate.address}`}
          candidate={candidate}
          // Its line goes when it is connected, and the keyboard would start again at the top of the page.
          onConnected={() => list.current?.focus({ preventScroll: true })}
        />
      ))}
    </ul>
  );
}

/** What was found beside the devices that are connected already, in short. */
export function FoundBesides({ candidates }: { readonly candidates: readonly CandidateView[] }) {
  const { texts } = useHub();
  if (candidates.length === 0) return null;
  return (
    <Group gap="xs" mt="xs" component="ul" className="plain-row" aria-label={texts.devices.found}>
      {candidates.map((candidate) => (
        <ShortCandidate key={`${candidate.family} ${candidate.address}`} candidate={candidate} />
      ))}
    </Group>
  );
}

function ShortCandidate({ candidate }: { readonly candidate: CandidateView }) {
  const { texts } = useHub();
  const desk = useCommand();
  const { family, address, label, connecting } = candidate;
  const isBusy = desk.pending || connecting;
  // What failed before this page tried has its place, with the reason, on the devices page.
  if (candidate.error !== null && desk.error === null) return null;
  return (
    <li>
      <CommandButton
        size="compact-sm"
        variant="default"
        pending={isBusy}
        onPress={() => void desk.send({ kind: "connect_device", family, address })}
      >
        {isBusy ? `${texts.phases.connecting}: ${label}…` : `+ ${texts.devices.connectTo(label)}`}
      </CommandButton>
      <ErrorAlert error={desk.error} onDismiss={desk.dismiss} />
    </li>
  );
}

function CandidateLine({
  candidate,
  onConnected,
}: {
  readonly candidate: CandidateView;
  readonly onConnected: () => void;
}) {
  const { texts } = useHub();
  const desk = useCommand();
  const { family, address, label, connecting } = candidate;
  const isBusy = desk.pending || connecting;
  const connect = async (): Promise<void> => {
    if (await desk.send({ kind: "connect_device", family, address })) onConnected();
  };
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between">
        <div>
          <Group gap="xs">
            <Text fw={600}>{label}</Text>
            {candidate.simulated && <SimulatedBadge />}
          </Group>
          {address !== label && (
            <Text size="sm" c="dimmed" className="breakable">
              {address}
            </Text>
          )}
        </div>
        <CommandButton pending={isBusy} label={texts.devices.connectTo(label)} onPress={() => void connect()}>
          {isBusy ? `${texts.phases.connecting}…` : texts.devices.connect}
        </CommandButton>
      </Group>
      <ErrorAlert error={candidate.error ?? desk.error} />
    </Paper>
  );
}
